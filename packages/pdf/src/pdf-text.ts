/**
 * The text of a PDF, a line of the page a line of the text, pages apart. Read by another program than the one
 * that wrote it; loaded when first used, since printing needs none of it.
 */
export const readPdfText = async (pdf: Uint8Array): Promise<string> => {
  const { getDocument } = await import("pdfjs-dist/legacy/build/pdf.mjs");
  // It takes the bytes over, so it gets a copy.
  const loading = getDocument({ data: new Uint8Array(pdf), verbosity: 0 });
  try {
    const document = await loading.promise;
    const pages: string[] = [];
    for (let number = 1; number <= document.numPages; number += 1) {
      const { items } = await (await document.getPage(number)).getTextContent();
      pages.push(items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join(""));
    }
    return pages.join("\n\f\n");
  } finally {
    await loading.destroy();
  }
};
