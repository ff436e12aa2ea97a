-- One row per claim that can be placed, with the event it belongs to: same measure, country and place, dates that meet.
-- Rules. (1) Only asserted counts of people in events, with a day and a country, are linked; a part of a stated whole
-- never is, nor is a standing count (a workforce, a population).
-- (2) A claim over eight days or more is a running toll: it joins those that start within three days of one another.
-- (3) A claim of a week or less joins those of its place whose days overlap, chained in order of time.
-- (4) A country's total (no place) and the counts of its places are kept apart: see facts.
-- fact_id is the figure_id of the event's first claim in order of time.
with placed as (
    -- narrow on purpose: what is sorted below is sorted without its sentences
    select
        figures.figure_id,
        figures.article_id,
        figures.quote_start,
        figures.published,
        figures.measure,
        figures.country,
        figures.place,
        lower(coalesce(figures.place, '')) as place_key,
        figures.value,
        figures.date_start,
        coalesce(figures.date_end, figures.date_start) as date_end,
        coalesce(figures.date_end, figures.date_start) - figures.date_start >= 7 as is_running,
        measures.cumulative
    from figures
    inner join measures using (measure)
    where
        figures.kind = 'count'
        and figures.status = 'asserted'
        and figures.date_start is not null
        and figures.country is not null
        and figures.of_total is null
        and measures.is_core
        and figures.measure <> 'workforce'
),
steps as (
    select
        *,
        case
            when is_running then date_start - lag(date_start) over in_time > 3
            else date_start > max(date_end) over (in_time rows between unbounded preceding and 1 preceding)
        end as starts_event
    from placed
    window in_time as (
        partition by measure, country, place_key, is_running
        order by date_start, date_end, figure_id
    )
)
select
    last_value(case when coalesce(starts_event, true) then figure_id end ignore nulls) over (
        partition by measure, country, place_key, is_running
        order by date_start, date_end, figure_id
        rows unbounded preceding
    ) as fact_id,
    * exclude (starts_event)
from steps
