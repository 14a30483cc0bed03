create type core.upload_status as enum ('uploading', 'complete', 'failed');
