-- One row per country, week and measure, from the first to the last with news; a week without news has 0 claims and nulls.
with days as (
    select *, date_trunc('week', day)::date as week from timeline
),
told as (
    select
        country,
        measure,
        week,
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
        unnest(generate_series(min(week), max(week), interval 1 week))::date as week
    from told
    group by country, measure
)
select
    spans.country,
    spans.week,
    spans.measure,
    coalesce(told.claims, 0) as claims,
    coalesce(told.days_with_news, 0) as days_with_news,
    told.least,
    told.most,
    told.median
from spans
left join told using (country, measure, week)
