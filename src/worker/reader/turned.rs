//! A photograph as the page of a PDF, which turns it as EXIF says: what draws pages can also turn pictures.

use crate::documents::Jpeg;

/// Where the picture's right and upper edge and its lower left corner go, in widths and heights of the page.
const PLACES: [[i8; 6]; 8] = [
    [1, 0, 0, 1, 0, 0],
    [-1, 0, 0, 1, 1, 0],
    [-1, 0, 0, -1, 1, 1],
    [1, 0, 0, -1, 0, 1],
    [0, -1, -1, 0, 1, 1],
    [0, -1, 1, 0, 0, 1],
    [0, 1, 1, 0, 0, 0],
    [0, 1, -1, 0, 1, 0],
];

pub fn pdf(jpeg: &Jpeg, bytes: &[u8]) -> Vec<u8> {
    let Jpeg { width, height, components, orientation } = *jpeg;
    let place = PLACES[usize::try_from(orientation).unwrap_or(1).clamp(1, 8) - 1];
    let (page_width, page_height) = if orientation > 4 { (height, width) } else { (width, height) };
    let sides = [page_width, page_height].into_iter().cycle().map(i64::from);
    let matrix = place.into_iter().zip(sides).map(|(share, side)| (i64::from(share) * side).to_string());
    let drawing = format!("{} cm /P Do", matrix.collect::<Vec<_>>().join(" "));
    // Cameras write no others; programs that write four turn them round.
    let colours = match components {
        1 => "/DeviceGray",
        4 => "/DeviceCMYK /Decode [1 0 1 0 1 0 1 0]",
        _ => "/DeviceRGB",
    };

    let mut pdf = Document(b"%PDF-1.4\n".to_vec(), Vec::new());
    pdf.object("<< /Type /Catalog /Pages 2 0 R >>", None);
    pdf.object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>", None);
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page_width} {page_height}] /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>"
    );
    pdf.object(&page, None);
    pdf.object(&format!("<< /Length {} >>", drawing.len()), Some(drawing.as_bytes()));
    let picture = format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8 \
         /ColorSpace {colours} /Filter /DCTDecode /Length {} >>",
        bytes.len()
    );
    pdf.object(&picture, Some(bytes));
    pdf.finish()
}

/// Its bytes, and where its objects begin.
struct Document(Vec<u8>, Vec<usize>);

impl Document {
    fn object(&mut self, dictionary: &str, stream: Option<&[u8]>) {
        let Self(bytes, places) = self;
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{dictionary}\n", places.len()).bytes());
        if let Some(stream) = stream {
            bytes.extend(b"stream\n");
            bytes.extend(stream);
            bytes.extend(b"\nendstream\n");
        }
        bytes.extend(b"endobj\n");
    }

    fn finish(self) -> Vec<u8> {
        let Self(mut bytes, places) = self;
        let (end, size) = (bytes.len(), places.len() + 1);
        bytes.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
        bytes.extend(places.iter().flat_map(|place| format!("{place:010} 00000 n \n").into_bytes()));
        let trailer = format!("trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{end}\n%%EOF\n");
        bytes.extend(trailer.bytes());
        bytes
    }
}
