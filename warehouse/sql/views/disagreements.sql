-- One row per fact whose claims cannot all be true: one claim's lower bound lies above another's upper bound.
with bounds as (
    select
        links.fact_id,
        figures.value,
        figures.low,
        figures.high,
        coalesce(figures.attribution, articles.outlet, articles.title, articles.article_id) as said_by
    from fact_links as links
    inner join figures using (figure_id)
    inner join articles on articles.article_id = links.article_id
),
disputed as (
    select
        fact_id,
        max(low) as highest_low,
        min(high) as lowest_high,
        min(value) as least,
        arg_min(said_by, value) as least_by,
        max(value) as most,
        arg_max(said_by, value) as most_by,
        count(*) as claims
    from bounds
    group by fact_id
    having max(low) > min(high)
)
select
    disputed.fact_id,
    figures.measure,
    figures.country,
    figures.place,
    figures.date_start,
    disputed.* exclude (fact_id)
from disputed
inner join figures on figures.figure_id = disputed.fact_id
