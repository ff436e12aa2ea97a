-- What names of one entity share: the canonical form in lower case, of a place with its country (Georgia is two).
create or replace macro entity_key(kind, entity, country) as
case when kind = 'PLACE' and country is not null then lower(entity) || ', ' || country else lower(entity) end
