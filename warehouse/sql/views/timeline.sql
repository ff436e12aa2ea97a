-- One row per country, day and measure: what the press reported for that day, least to most.
-- A claim counts on each day of its interval when that is a week or shorter; longer intervals say too little of a day.
-- Parts of a stated whole ("five of them women") are left out; copies of one story count once.
with claims as (
    select *, coalesce(date_end, date_start) as last_day
    from figures_asserted
    where date_start is not null and country is not null and of_total is null
),
daily as (
    select
        country,
        unnest(generate_series(date_start, last_day, interval 1 day))::date as day,
        measure,
        value,
        published,
        article_id,
        story_id
    from claims
    where last_day - date_start < 7
)
select
    country,
    day,
    measure,
    count(*) as claims,
    count(distinct story_id) as stories,
    min(value) as least,
    max(value) as most,
    median(value) as median,
    arg_max(value, (published, value)) as latest
from daily
group by all
