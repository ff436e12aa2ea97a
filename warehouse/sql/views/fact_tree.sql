-- One row per event and measure, with the broader one that contains it, if any: a place inside its country's total, days
-- inside a running toll, or one of several events of which an article states the sum. facts takes those that nothing
-- contains, fact_parts the others.
with events as materialized (
    select * from fact_groups
),
contained as (
    select parts.fact_id, min(totals.fact_id) as part_of
    from events as parts
    inner join events as totals
        on
            parts.measure = totals.measure
            and parts.country = totals.country
            and parts.date_start between totals.date_start - 3 and totals.date_end + 3
            and parts.date_end <= totals.date_end + 3
            and parts.recommended <= totals.most
            and (totals.place is null or parts.place_key = totals.place_key)
    where
        -- the broader of two: a total over places, or a running toll over single days
        (totals.place is null and parts.place is not null and totals.is_running >= parts.is_running)
        or (totals.is_running and not parts.is_running and (totals.place is null or parts.place is not null))
    group by parts.fact_id
)
select
    events.* exclude (place_key, total_id),
    coalesce(events.total_id, contained.part_of) as part_of
from events
left join contained using (fact_id)
