create type core.organisation_type as enum ('LOCAL_AUTHORITY', 'VOLUNTARY_AGENCY');
