//! A superuser who changes rows that no trigger would let pass.

use super::stage::Stage;

impl Stage {
    /// Runs it with all triggers off, and turns them on again. `pg_temp.chain_anew` and `pg_temp.remove_case` are at hand.
    pub fn tamper(&self, sql: &str) {
        let [off, on] = ["disable", "enable always"].map(triggers);
        let sql = format!(
            "begin; set local session_replication_role = replica; {off}; {TOOLS}; {sql}; {on}; commit"
        );
        self.database().execute(&sql);
    }
}

fn triggers(how: &str) -> String {
    format!(
        "do $$
         declare
           v_trigger record;
         begin
           for v_trigger in select t.tgrelid::regclass as of, t.tgname as name from pg_trigger as t where not t.tgisinternal loop
             execute format('alter table %s {how} trigger %I', v_trigger.of, v_trigger.name);
           end loop;
         end $$"
    )
}

const TOOLS: &str = "
    create or replace function pg_temp.chain_anew(p_case uuid) returns void language plpgsql as $$
    declare
      v_digest bytea;
      v_entry audit.entries;
      v_length bigint := 0;
    begin
      for v_entry in select * from audit.entries as e where e.case_id = p_case order by e.id loop
        v_digest := audit.entry_digest(v_digest, v_entry);
        update audit.entries set digest = v_digest where id = v_entry.id;
        v_length := v_length + 1;
      end loop;
      update audit.chains set length = v_length, digest = v_digest where case_id = p_case;
    end $$;
    create or replace function pg_temp.remove_case(p_case uuid) returns void language sql as $$
      delete from audit.entries where case_id = p_case;
      delete from audit.chains where case_id = p_case;
      delete from core.case_reach where case_id = p_case;
      delete from core.status_changes where case_id = p_case;
      delete from core.case_details where case_id = p_case;
      delete from core.cases where id = p_case;
    $$";
