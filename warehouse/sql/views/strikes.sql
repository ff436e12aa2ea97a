-- One row per claim: people reported on strike or walking out, with article, place, day and sentence.
select * exclude (measure, date_precision, place_precision, latitude, longitude, value_text)
from figures_asserted
where measure = 'strike_size'
