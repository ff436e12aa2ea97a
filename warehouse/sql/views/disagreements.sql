-- One row per fact whose claims cannot all be true: one claim's lower bound lies above another's upper bound.
with bounds as (
    select
        links.fact_id,
        links.value,
        links.low,
        links.high,
        coalesce(links.attribution, articles.outlet, articles.title, articles.article_id) as said_by
    from fact_links as links
    inner join articles using (article_id)
    where not links.is_older
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
    first.measure,
    first.country,
    first.place,
    first.date_start,
    disputed.* exclude (fact_id)
from disputed
inner join fact_links as first on disputed.fact_id = first.figure_id
