const width = 120;
const height = 24;

/** Failures by the hour as bars, the latest on the right; the numbers are our own. */
export const sparkline = (trend: readonly number[]): string => {
  const most = Math.max(1, ...trend);
  const step = width / Math.max(1, trend.length);
  const bars = trend.map((count, hour) => {
    const tall = count === 0 ? 1 : Math.max(3, Math.round((count / most) * height));
    const x = (hour * step).toFixed(1);
    return `<rect class="${count === 0 ? "none" : "some"}" x="${x}" y="${height - tall}" width="${(step - 1).toFixed(1)}" height="${tall}"/>`;
  });
  const total = trend.reduce((sum, count) => sum + count, 0);
  return `<svg class="spark" role="img" aria-label="${total} in the last ${trend.length} hours, ${most} at most in one" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${bars.join("")}</svg>`;
};
