/** So much of a text is shown. */
export const shownTextBytes = 512 * 1024;
/** Larger images are for downloading. */
export const shownImageBytes = 4 * 1024 * 1024;
