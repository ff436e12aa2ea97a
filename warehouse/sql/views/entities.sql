-- One row per person, organisation, place or nationality over all articles: one canonical name, its variants and their span.
-- Two bearers of one surname stay apart: only full names that are written alike, in capitals or not, are one entity.
with named as (
    select kind, entity_key(kind, entity, country) as entity_key, entity, quote, country, article_id, published
    from mentions
    where entity is not null
),
forms as (
    select kind, entity_key, entity, count(*) as times
    from named
    group by all
),
names as (
    select kind, entity_key, arg_max(entity, (times, entity)) as entity
    from forms
    group by all
),
quotes as (
    select kind, entity_key, quote, count(*) as times
    from named
    group by all
),
variant_lists as (
    select kind, entity_key, list({'variant': quote, 'mentions': times} order by times desc, quote) as variants
    from quotes
    group by all
),
spans as (
    select
        kind,
        entity_key,
        max(country) as country,
        count(*) as mentions,
        count(distinct article_id) as articles,
        min(published) as first_seen,
        max(published) as last_seen
    from named
    group by all
)
select
    left(md5(kind || ':' || entity_key), 16) as entity_id,
    kind,
    entity_key,
    names.entity,
    spans.country,
    spans.mentions,
    spans.articles,
    variant_lists.variants,
    spans.first_seen,
    spans.last_seen
from names
inner join variant_lists using (kind, entity_key)
inner join spans using (kind, entity_key)
