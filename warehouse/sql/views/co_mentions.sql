-- One row per pair of entities named in one sentence: in how many sentences and articles; each pair once, in name order.
with named as (
    select distinct article_id, sentence_start, kind, entity
    from mentions
    where entity is not null
)
select
    one.kind as kind_a,
    one.entity as entity_a,
    other.kind as kind_b,
    other.entity as entity_b,
    count(*) as sentences,
    count(distinct one.article_id) as articles
from named as one
inner join named as other
    on
        one.article_id = other.article_id
        and one.sentence_start = other.sentence_start
        and (one.entity, one.kind) < (other.entity, other.kind)
group by all
