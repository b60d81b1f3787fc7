-- a copied database must not drive real doors
UPDATE exivo_site
   SET state = 'draft',
       api_key = '00000000-0000-0000-0000-000000000000',
       api_secret_stored = NULL,
       webhook_token = NULL,
       database_uuid = NULL;
