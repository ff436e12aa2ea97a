-- One row per person, organisation, place or nationality over all articles: one canonical name, its variants and their span.
-- Two bearers of one surname stay apart: only full names that are written alike are one entity.
with variants as (
    select
        kind,
        lower(entity) as entity_key,
        entity,
        quote,
        country,
        count(*) as times
    from mentions
    where entity is not null
    group by all
),
names as (
    select
        kind,
        entity_key,
        arg_max(entity, (times, entity)) as entity,
        arg_max(country, (times, entity)) as country,
        sum(times)::bigint as mentions
    from variants
    group by all
),
by_quote as (
    select kind, entity_key, quote, sum(times)::bigint as times
    from variants
    group by all
),
variant_lists as (
    select kind, entity_key, list({'variant': quote, 'mentions': times} order by times desc, quote) as variants
    from by_quote
    group by all
),
spans as (
    select
        kind,
        lower(entity) as entity_key,
        count(distinct article_id) as articles,
        min(published) as first_seen,
        max(published) as last_seen
    from mentions
    where entity is not null
    group by all
)
select
    left(md5(names.kind || ':' || names.entity_key), 16) as entity_id,
    names.kind,
    names.entity,
    names.country,
    names.mentions,
    spans.articles,
    variant_lists.variants,
    spans.first_seen,
    spans.last_seen
from names
inner join variant_lists using (kind, entity_key)
inner join spans using (kind, entity_key)
