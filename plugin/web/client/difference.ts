/** On the Check page a difference opens below its file, and closes again. Where nothing can be compared the link leads on. */
for (const link of document.querySelectorAll<HTMLAnchorElement>('[data-plan] a.see')) {
  const place = link.parentElement;
  if (place === null) continue;
  link.setAttribute('aria-expanded', 'false');
  const show = (isOpen: boolean): void => {
    link.setAttribute('aria-expanded', String(isOpen));
    const shown = place.querySelector<HTMLElement>('.diff');
    if (shown !== null) shown.hidden = !isOpen;
  };
  const load = async (): Promise<void> => {
    const response = await fetch(link.href);
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const difference = page.querySelector('.diff:has(ins, del)');
    if (!response.ok || difference === null) return location.assign(link.href);
    place.append(document.adoptNode(difference));
    return show(true);
  };
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (place.querySelector('.diff') === null) void load();
    else show(link.getAttribute('aria-expanded') !== 'true');
  });
}
