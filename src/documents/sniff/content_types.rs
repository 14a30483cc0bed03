//! The list of what the parts of a DOCX are. Word on the web calls its main part otherwise than Word does.

use std::borrow::Cow;

use quick_xml::{Reader, XmlVersion, events::Event};

const MAIN: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

/// The name of the part that is the document.
pub fn main_part(xml: &[u8]) -> Option<String> {
    let xml = text(xml)?;
    let mut reader = Reader::from_str(&xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"Override" => {
                let attribute = |name: &str| {
                    let attribute = element.try_get_attribute(name).ok()??;
                    attribute.decoded_and_normalized_value(XmlVersion::Implicit1_0, reader.decoder()).ok()
                };
                if attribute("ContentType").is_some_and(|kind| kind.eq_ignore_ascii_case(MAIN)) {
                    return attribute("PartName").map(Cow::into_owned);
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// UTF-8 or UTF-16, as XML allows.
fn text(xml: &[u8]) -> Option<String> {
    let units = |number: fn([u8; 2]) -> u16| {
        let units: Vec<_> = xml.chunks_exact(2).map(|pair| number([pair[0], pair[1]])).collect();
        String::from_utf16(&units).ok()
    };
    let text = match xml {
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => units(u16::from_le_bytes),
        [0xFE, 0xFF, ..] | [0, b'<', ..] => units(u16::from_be_bytes),
        _ => String::from_utf8(xml.to_vec()).ok(),
    };
    text.map(|text| text.trim_start_matches('\u{FEFF}').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_part_is_found_in_every_encoding() {
        let xml = format!(
            "<?xml version='1.0'?><t:Types xmlns:t='x'><t:Default Extension='xml' ContentType='{MAIN}'/>\
             <t:Override PartName='/word/styles.xml' ContentType='text/xml'/>\
             <t:Override ContentType='{MAIN}' PartName='/word/document2.xml'></t:Override></t:Types>"
        );
        let utf16 = |bytes: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
            format!("{mark}{xml}").encode_utf16().flat_map(bytes).collect()
        };
        for bytes in [
            xml.clone().into_bytes(),
            format!("\u{FEFF}{xml}").into_bytes(),
            utf16(u16::to_le_bytes, "\u{FEFF}"),
            utf16(u16::to_be_bytes, "\u{FEFF}"),
            utf16(u16::to_le_bytes, ""),
            utf16(u16::to_be_bytes, ""),
        ] {
            assert_eq!(main_part(&bytes).as_deref(), Some("/word/document2.xml"));
        }
        let macros = xml.replace("document.main", "document.macroEnabled.main");
        for bytes in [macros.as_bytes(), b"", b"<Types>", b"\xff\xfe<", b"\xff\xff\xff"] {
            assert_eq!(main_part(bytes), None);
        }
    }
}
