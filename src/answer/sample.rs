//! A value of any type, in PostgreSQL's binary format: what reads it has all that it needs of the type.

use postgres_types::{Kind, Type};

/// Nothing in it is null or empty, so that all of the type is looked at. Its values are of the kind that no other
/// type would take for one of its own: the largest number, bytes that are no text.
pub fn of(sql_type: &Type) -> Vec<u8> {
    let mut sample = Vec::with_capacity(1024);
    write(sql_type, &mut sample);
    sample
}

fn write(sql_type: &Type, out: &mut Vec<u8>) {
    match sql_type.kind() {
        Kind::Composite(attributes) => {
            write_count(attributes.len(), out);
            for attribute in attributes {
                out.extend(attribute.type_().oid().to_be_bytes());
                write_with_length(attribute.type_(), out);
            }
        }
        Kind::Array(element) => {
            let (dimensions, has_nulls, count, from) = ([0, 0, 0, 1], [0; 4], [0, 0, 0, 1], [0, 0, 0, 1]);
            out.extend([dimensions, has_nulls, element.oid().to_be_bytes(), count, from].as_flattened());
            write_with_length(element, out);
        }
        _ => write_scalar(sql_type, out),
    }
}

fn write_scalar(sql_type: &Type, out: &mut Vec<u8>) {
    match *sql_type {
        Type::BOOL => out.push(1),
        Type::INT2 => out.extend(i16::MAX.to_be_bytes()),
        Type::INT4 => out.extend(i32::MAX.to_be_bytes()),
        Type::INT8 => out.extend(i64::MAX.to_be_bytes()),
        Type::FLOAT8 => out.extend(0.5_f64.to_be_bytes()),
        Type::UUID => out.extend([u8::MAX; 16]),
        Type::BYTEA => out.push(u8::MAX),
        Type::TIMESTAMPTZ => out.extend(0_i64.to_be_bytes()),
        Type::JSON => out.extend(b"null"),
        Type::JSONB => out.extend(b"\x01null"),
        _ => {}
    }
}

fn write_with_length(sql_type: &Type, out: &mut Vec<u8>) {
    let from = out.len();
    write_count(0, out);
    let begin = out.len();
    write(sql_type, out);
    let length = u32::try_from(out.len() - begin).unwrap_or_default();
    out[from..begin].copy_from_slice(&length.to_be_bytes());
}

fn write_count(count: usize, out: &mut Vec<u8>) {
    out.extend(u32::try_from(count).unwrap_or_default().to_be_bytes());
}
