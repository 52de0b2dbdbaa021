/** So long a backup stays after somebody wanted it deleted, so that its owner can call it off. */
export const deleteDelayHours = 72;
/** When it could not be deleted then, it is tried again after so long … */
export const deleteAgainHours = 6;
/** … and so often. */
export const deleteTries = 12;
