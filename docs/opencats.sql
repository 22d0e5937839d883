-- The pipelines of OpenCATS, which its own CSV lacks: who was a candidate for which job, how far they came, when
-- they were interviewed, and when it was decided. From candidate_joborder and candidate_joborder_status_history.
--
--   mysql --batch --default-character-set=utf8mb4 cats < docs/opencats.sql > pipelines.tsv
--   flask --app forms import candidates pipelines.tsv --dry-run
--
-- phpMyAdmin does as well: run the query, then Export, CSV, "put column names in the first row".
-- It only reads. Works with OpenCATS 0.9 and later.
--
-- Status numbers (candidate_joborder_status): 0 No Status, 100 No Contact, 200 Contacted, 250 Candidate Responded,
-- 300 Qualifying, 400 Submitted, 500 Interviewing, 600 Offered, 650 Not in Consideration, 675 Candidate Declined,
-- 700 Client Declined, 800 Placed. Each change to 500 is an interview of that day; where somebody was offered or
-- placed without one, the day of that counts.

SELECT
    c.candidate_id                 AS "Candidate ID",
    c.first_name                   AS "First Name",
    c.last_name                    AS "Last Name",
    COALESCE(c.email1, '')         AS "E-Mail",
    COALESCE(c.email2, '')         AS "2nd E-Mail",
    COALESCE(c.phone_cell, '')     AS "Cell Phone",
    COALESCE(c.phone_home, '')     AS "Home Phone",
    COALESCE(c.phone_work, '')     AS "Work Phone",
    j.title                        AS "Job",
    COALESCE(k.name, '')           AS "Client",
    COALESCE(j.city, '')           AS "Job Location",
    p.status                       AS "Status",
    COALESCE(
        (SELECT GROUP_CONCAT(DISTINCT DATE(h.date))
           FROM candidate_joborder_status_history h
          WHERE h.candidate_id = p.candidate_id AND h.joborder_id = p.joborder_id AND h.status_to = 500),
        (SELECT DATE(MIN(h.date))
           FROM candidate_joborder_status_history h
          WHERE h.candidate_id = p.candidate_id AND h.joborder_id = p.joborder_id AND h.status_to IN (600, 800)),
        '')                        AS "Interviewed",
    COALESCE(
        (SELECT DATE(MAX(h.date))
           FROM candidate_joborder_status_history h
          WHERE h.candidate_id = p.candidate_id AND h.joborder_id = p.joborder_id
            AND h.status_to = p.status AND h.status_to >= 650),
        '')                        AS "Decided"
FROM candidate_joborder p
JOIN candidate c ON c.candidate_id = p.candidate_id
JOIN joborder j ON j.joborder_id = p.joborder_id
LEFT JOIN company k ON k.company_id = j.company_id
ORDER BY p.candidate_joborder_id;
