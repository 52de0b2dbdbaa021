/** One metric with its values, as Prometheus reads them (text format 0.0.4). */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels: { readonly [name: string]: string };
  /** Undefined: nobody knows, and it is left out. */
  readonly value: number | undefined;
}

/** Metrics without any value are left out. */
export function renderMetrics(metrics: readonly Metric[]): string {
  return metrics.flatMap(renderMetric).join('');
}

function renderMetric({ name, help, type, samples }: Metric): string[] {
  const lines = samples.flatMap(({ labels, value }) => {
    return value === undefined || Number.isNaN(value) ? [] : [`${name}${renderLabels(labels)} ${value}\n`];
  });
  return lines.length === 0 ? [] : [`# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`, ...lines];
}

function renderLabels(labels: MetricSample['labels']): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`);
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', String.raw`\"`);
}
