-- One row per claim of a crowd's or strike's size, with the order-of-magnitude classes of two event data sets.
select
    figure_id,
    article_id,
    measure,
    country,
    place,
    date_start,
    date_end,
    value,
    size_class(value) as ccc_size_class,
    mass_mobilization_bracket(value) as mass_mobilization_bracket
from figures_asserted
where measure in ('protest_size', 'strike_size')
