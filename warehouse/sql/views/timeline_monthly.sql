-- One row per country, month and measure, from the first to the last with news; a month without news has 0 claims and nulls.
with days as (
    select *, date_trunc('month', day)::date as month from timeline
),
told as (
    select
        country,
        measure,
        month,
        sum(claims)::bigint as claims,
        count(*) as days_with_news,
        min(least) as least,
        max(most) as most,
        median(median) as median
    from days
    group by all
),
spans as (
    select
        country,
        measure,
        unnest(generate_series(min(month), max(month), interval 1 month))::date as month
    from told
    group by country, measure
)
select
    spans.country,
    spans.month,
    spans.measure,
    coalesce(told.claims, 0) as claims,
    coalesce(told.days_with_news, 0) as days_with_news,
    told.least,
    told.most,
    told.median
from spans
left join told using (country, measure, month)
