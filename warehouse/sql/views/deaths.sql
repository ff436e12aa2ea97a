-- One row per claim: people reported killed or dead, with article, place, day and sentence.
select * exclude (measure, date_precision, place_precision, latitude, longitude, value_text)
from figures_asserted
where measure = 'deaths'
