-- One row per person, organisation, place or nationality over all articles: one canonical name, its variants and their span.
-- Two bearers of one surname stay apart: only full names that are written alike are one entity.
with named as (
    select
        mentions.kind,
        mentions.entity,
        lower(mentions.entity) as entity_key,
        mentions.quote,
        mentions.country,
        mentions.article_id,
        articles.published
    from mentions
    inner join articles using (article_id)
    where mentions.entity is not null
),
variants as (
    select kind, entity_key, quote, count(*) as times
    from named
    group by all
),
variant_lists as (
    select
        kind,
        entity_key,
        list({'variant': quote, 'mentions': times} order by times desc, quote) as variants
    from variants
    group by all
),
names as (
    select
        kind,
        entity_key,
        mode(entity) as entity,
        mode(country) as country,
        count(*) as mentions,
        count(distinct article_id) as articles,
        min(published) as first_seen,
        max(published) as last_seen
    from named
    group by kind, entity_key
)
select
    left(md5(names.kind || ':' || names.entity_key), 16) as entity_id,
    names.kind,
    names.entity,
    names.country,
    names.mentions,
    names.articles,
    variant_lists.variants,
    names.first_seen,
    names.last_seen
from names
inner join variant_lists using (kind, entity_key)
