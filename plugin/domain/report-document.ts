/** A report in one language, before it is known whether it becomes a terminal's lines, a page or a PDF. */
export interface ReportDocument {
  readonly title: string;
  readonly subtitle: string;
  /** The few numbers that somebody in a hurry reads. */
  readonly tiles: readonly ReportTile[];
  readonly sections: readonly ReportSection[];
  readonly footer: string;
}

export interface ReportTile {
  readonly label: string;
  readonly value: string;
  readonly tone: 'good' | 'warning' | 'bad' | 'plain';
}

export interface ReportSection {
  readonly key: 'todo' | 'copies' | 'storage' | 'accounts';
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly table: ReportTable | undefined;
}

export interface ReportTable {
  readonly columns: readonly { readonly title: string; readonly side: 'left' | 'right'; readonly share: number }[];
  readonly rows: readonly (readonly string[])[];
}
