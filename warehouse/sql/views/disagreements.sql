-- One row per fact whose claims cannot all be true: one claim's lower bound lies above another's upper bound.
with bounds as (
    select
        fact_id,
        measure,
        country,
        place,
        min(date_start) over (partition by fact_id) as date_start,
        value,
        low,
        high,
        coalesce(attribution, outlet, title, article_id) as said_by
    from fact_claims
)
select
    fact_id,
    measure,
    country,
    any_value(place) as place,
    any_value(date_start) as date_start,
    max(low) as highest_low,
    min(high) as lowest_high,
    min(value) as least,
    arg_min(said_by, value) as least_by,
    max(value) as most,
    arg_max(said_by, value) as most_by,
    count(*) as claims
from bounds
group by fact_id, measure, country
having max(low) > min(high)
