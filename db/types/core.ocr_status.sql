create type core.ocr_status as enum ('pending', 'processing', 'complete', 'failed', 'not-applicable');
