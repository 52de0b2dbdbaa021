/** In the line of days arrow keys go from day to day, and Tab passes it in one step. */
const line = document.querySelector('[data-days]');
const days = line === null ? [] : [...line.querySelectorAll<HTMLAnchorElement>('a.day')];

if (line !== null && days.length > 1) {
  const chosen = days.find((day) => day.getAttribute('aria-current') === 'date') ?? days.at(-1);
  for (const day of days) day.tabIndex = day === chosen ? 0 : -1;

  line.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent)) return;
    const at = days.findIndex((day) => day === document.activeElement);
    const forward = document.dir === 'rtl' ? 1 : -1; // the newest day comes first, and is shown last
    const steps: { readonly [key: string]: number } = {
      ArrowRight: at + forward,
      ArrowLeft: at - forward,
      Home: days.length - 1,
      End: 0,
    };
    const next = at < 0 ? undefined : days[steps[event.key] ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    for (const day of days) day.tabIndex = day === next ? 0 : -1;
    next.focus();
  });
  chosen?.scrollIntoView({ block: 'nearest', inline: 'center' });
}
