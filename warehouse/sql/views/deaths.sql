-- One row per claim: people reported killed or dead, with article, place, day and sentence.
select
    figure_id,
    article_id,
    story_id,
    published,
    outlet,
    title,
    date_start,
    date_end,
    place,
    country,
    value,
    low,
    high,
    relation,
    unit,
    of_total,
    attribution,
    quote,
    sentence,
    url
from figures_asserted
where measure = 'deaths'
