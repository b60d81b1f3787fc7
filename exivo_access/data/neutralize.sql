-- a copied database must not drive real doors
UPDATE exivo_site
   SET state = 'draft',
       api_key = '00000000-0000-0000-0000-000000000000',
       api_secret_stored = NULL,
       webhook_token = NULL,
       database_uuid = NULL;
-- a database of an earlier version, which is not updated yet, has no such column
DO $do$
BEGIN
    UPDATE exivo_site SET former_uuids = NULL;
EXCEPTION WHEN undefined_column THEN NULL;
END
$do$;

-- … nor take for its own what the original has made at Exivo: it has another mark, and
-- what was ordered before opens nothing until staff give it back; its calendar entries
-- are others, too
UPDATE ir_config_parameter
   SET value = gen_random_uuid()
 WHERE key IN ('database.uuid', 'exivo_access.calendar_domain');
UPDATE exivo_access
   SET withheld = TRUE,
       gone_at_exivo = FALSE,
       state = 'removed',
       due_at = NULL
 WHERE is_wanted
   AND state NOT IN ('removed', 'expired');
UPDATE exivo_credential
   SET state = CASE
           WHEN state IN ('creating', 'live', 'revoking') THEN 'void' ELSE state
       END,
       token = 'copy-' || id,
       remote_id = NULL,
       lease = NULL,
       look_again_at = NULL,
       ask_at = NULL;
DELETE FROM exivo_person;
