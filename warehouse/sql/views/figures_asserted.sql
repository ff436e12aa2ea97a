-- One row per count that an article asserts to have happened, with the article and the sentence that show it.
select
    figures.figure_id,
    figures.measure,
    figures.value,
    figures.low,
    figures.high,
    figures.relation,
    figures.unit,
    figures.of_total,
    figures.date_start,
    figures.date_end,
    figures.date_precision,
    figures.place,
    figures.country,
    figures.place_precision,
    figures.latitude,
    figures.longitude,
    figures.attribution,
    figures.value_text,
    figures.quote,
    figures.sentence,
    figures.article_id,
    articles.story_id,
    articles.published,
    articles.title,
    articles.outlet,
    articles.url
from figures
inner join articles using (article_id)
where figures.kind = 'count' and figures.status = 'asserted'
