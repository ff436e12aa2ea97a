-- One row per claim that can be placed, with the event it belongs to: same measure, country and place, dates that meet.
-- Rules. (1) Only asserted counts of people in events, with a day and a country, are linked; a part of a stated whole
-- never is, nor is a standing count (a workforce, a population).
-- (2) A claim over eight days or more is a running toll: it joins those that start within three days of one another.
-- (3) A claim of a week or less joins those of its place whose days overlap, chained in order of time.
-- (4) A country's total (no place) and the counts of its places are kept apart: see facts.
with placed as (
    select
        claims.*,
        coalesce(claims.date_end, claims.date_start) as last_day,
        coalesce(claims.date_end, claims.date_start) - claims.date_start >= 7 as is_running,
        lower(coalesce(claims.place, '')) as place_key,
        measures.cumulative
    from figures_asserted as claims
    inner join measures using (measure)
    where
        claims.date_start is not null
        and claims.country is not null
        and claims.of_total is null
        and measures.is_core
        and claims.measure <> 'workforce'
),
steps as (
    select
        *,
        case
            when is_running
                then date_start - lag(date_start) over by_start > 3
            else date_start > max(last_day) over (
                partition by measure, country, place_key, is_running
                order by date_start, last_day, figure_id
                rows between unbounded preceding and 1 preceding
            )
        end as starts_event
    from placed
    window by_start as (
        partition by measure, country, place_key, is_running
        order by date_start, last_day, figure_id
    )
),
events as (
    select
        * exclude (starts_event),
        count(*) filter (starts_event) over (
            partition by measure, country, place_key, is_running
            order by date_start, last_day, figure_id
            rows unbounded preceding
        ) as event_number
    from steps
)
select
    first_value(figure_id) over (
        partition by measure, country, place_key, is_running, event_number
        order by published, date_start, figure_id
    ) as fact_id,
    * exclude (event_number)
from events
