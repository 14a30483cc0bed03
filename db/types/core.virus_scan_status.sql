create type core.virus_scan_status as enum ('pending', 'clean', 'infected', 'skipped');
