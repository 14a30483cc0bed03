//! Values that tell the types apart: no other type would take one for its own.

use postgres_types::Type;

/// The largest number, bytes that are no text, and some JSON, in PostgreSQL's binary format.
pub fn scalar(sql_type: &Type) -> &'static [u8] {
    match *sql_type {
        Type::BOOL => &[1],
        Type::INT2 => const { &i16::MAX.to_be_bytes() },
        Type::INT4 => const { &i32::MAX.to_be_bytes() },
        Type::INT8 => const { &i64::MAX.to_be_bytes() },
        Type::FLOAT8 => const { &0.5_f64.to_be_bytes() },
        Type::UUID => &[u8::MAX; 16],
        Type::BYTEA => &[u8::MAX],
        Type::TIMESTAMPTZ => &[0; 8],
        Type::JSON => b"null",
        Type::JSONB => b"\x01null",
        _ => &[],
    }
}
