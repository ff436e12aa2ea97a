-- One row per event and measure, before totals and their parts are told apart: see facts and fact_parts.
-- Recommended: of a running count (deaths, injuries …) the value last reported, the highest where one report gives several.
-- Else what the newest article of each story states first, and of several stories the median, the lower of two: always a
-- value that some article states, never one between them.
with links as materialized (
    select * from fact_links
),
grouped as (
    select
        fact_id,
        first(measure) as measure,
        first(cumulative) as cumulative,
        first(country) as country,
        arg_min(place, figure_id) as place,
        first(place_key) as place_key,
        first(is_running) as is_running,
        min(date_start) as date_start,
        max(date_end) as date_end,
        min(value) as least,
        max(value) as most,
        arg_max(value, (published, not is_older, value)) as latest,
        first(total_id) as total_id,
        count(*) as claims,
        min(published) as first_reported,
        max(published) as last_reported,
        list_sort(list(figure_id)) as claim_ids
    from links
    group by fact_id
),
by_story as (
    -- wire copy in many papers is one report: the newest version of each story speaks for it, with what it states first
    select
        links.fact_id,
        articles.story_id,
        arg_max(links.value, (links.published, not links.is_older, -links.quote_start, links.value)) as value
    from links
    semi join grouped on grouped.fact_id = links.fact_id and grouped.claims > 1
    inner join articles using (article_id)
    group by links.fact_id, articles.story_id
),
stories as (
    select fact_id, count(*) as independent_articles, quantile_disc(value, 0.5) as median_value
    from by_story
    group by fact_id
)
select
    grouped.fact_id,
    grouped.measure,
    grouped.country,
    grouped.place,
    grouped.place_key,
    grouped.date_start,
    grouped.date_end,
    grouped.is_running,
    grouped.least,
    grouped.most,
    grouped.latest,
    case when grouped.cumulative then grouped.latest else coalesce(stories.median_value, grouped.latest) end as recommended,
    case
        when grouped.claims = 1 then 'only claim'
        when grouped.cumulative then 'latest of a running count'
        when stories.independent_articles = 1 then 'first stated in the only story'
        else 'median of independent stories'
    end as recommended_by,
    grouped.claims,
    coalesce(stories.independent_articles, 1) as independent_articles,
    grouped.first_reported,
    grouped.last_reported,
    grouped.claim_ids,
    grouped.total_id
from grouped
left join stories using (fact_id)
