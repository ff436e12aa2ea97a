-- One row per event that a broader one of the same measure contains: a place inside its country's total, or days inside a
-- running toll. Its people are already in the broader count, so it is kept out of facts.
with totals as (
    select * from fact_groups where place is null or is_running
)
select
    parts.*,
    min(totals.fact_id) as part_of
from fact_groups as parts
inner join totals
    on
        parts.measure = totals.measure
        and parts.country = totals.country
        and parts.fact_id <> totals.fact_id
        and parts.date_start >= totals.date_start - 3
        and parts.date_end <= totals.date_end + 3
        and (totals.place is null or lower(parts.place) = lower(totals.place))
        -- the broader of two: a total over places, or a running toll over single days
        and (
            (totals.place is null and parts.place is not null)
            or (totals.is_running and not parts.is_running)
        )
        and not (parts.place is null and totals.place is not null)
        and not (parts.is_running and not totals.is_running)
        and parts.recommended <= totals.most
group by all
