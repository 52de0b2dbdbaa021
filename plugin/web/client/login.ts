/** The secret of a login link stands in the fragment, which the server never sees: it is sent as the form would be. */
const form = document.querySelector<HTMLFormElement>('form[data-login]');
const secret = /^#t=([\w-]+)$/.exec(location.hash)?.[1];

if (form !== null && secret !== undefined) {
  const field = form.elements.namedItem('secret');
  if (field instanceof HTMLInputElement) field.value = secret;
  history.replaceState(null, '', location.pathname);
  const send = () => form.requestSubmit();
  // A page that is only fetched ahead must not use the link up.
  if ('prerendering' in document && document.prerendering === true) {
    document.addEventListener('prerenderingchange', send, { once: true });
  } else send();
}
