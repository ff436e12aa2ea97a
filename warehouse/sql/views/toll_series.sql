-- One row per report of a running count, in order of publication; falls: lower than the report before it.
with reports as (
    select
        fact_id,
        measure,
        country,
        place,
        published,
        article_id,
        figure_id,
        outlet,
        attribution,
        value,
        value - lag(value) over (partition by fact_id order by published, article_id, figure_id) as change
    from fact_claims
    where cumulative
)
select
    *,
    coalesce(change < 0, false) as falls
from reports
