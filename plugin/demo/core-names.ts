const list = (words: string): readonly string[] => words.trim().split(/\s+/);

const rootFiles = list(`index wp-activate wp-blog-header wp-comments-post wp-cron wp-links-opml wp-load wp-login wp-mail
  wp-settings wp-signup wp-trackback xmlrpc`);

const adminFiles = list(`about admin admin-ajax admin-footer admin-functions admin-header admin-post async-upload
  authorize-application comment contribute credits custom-background custom-header customize edit edit-comments
  edit-form-advanced edit-form-blocks edit-form-comment edit-link-form edit-tag-form edit-tags erase-personal-data
  export export-personal-data freedoms import index install install-helper link link-add link-manager
  link-parse-opml load-scripts load-styles media media-new media-upload menu menu-header moderation ms-admin ms-delete-site
  ms-edit ms-options ms-sites ms-themes ms-upgrade-network ms-users my-sites nav-menus network options options-discussion
  options-general options-head options-media options-permalink options-privacy options-reading options-writing
  plugin-editor plugin-install plugins post post-new press-this privacy privacy-policy-guide profile revision setup-config
  site-editor site-health site-health-info term theme-editor theme-install themes tools update update-core upgrade
  upgrade-functions upload user-edit user-new users widgets widgets-form widgets-form-blocks`);

const adminIncludes = list(`admin admin-filters ajax-actions bookmark class-automatic-upgrader-skin
  class-bulk-plugin-upgrader-skin class-bulk-theme-upgrader-skin class-bulk-upgrader-skin class-core-upgrader
  class-custom-background class-custom-image-header class-file-upload-upgrader class-ftp class-language-pack-upgrader
  class-pclzip class-plugin-installer-skin class-plugin-upgrader class-theme-upgrader class-walker-category-checklist
  class-walker-nav-menu-edit class-wp-ajax-upgrader-skin class-wp-application-passwords-list-table
  class-wp-automatic-updater class-wp-comments-list-table class-wp-community-events class-wp-debug-data
  class-wp-filesystem-base class-wp-filesystem-direct class-wp-filesystem-ftpext class-wp-filesystem-ssh2
  class-wp-importer class-wp-internal-pointers class-wp-links-list-table class-wp-list-table class-wp-media-list-table
  class-wp-plugin-install-list-table class-wp-plugins-list-table class-wp-post-comments-list-table
  class-wp-posts-list-table class-wp-privacy-policy-content class-wp-screen class-wp-site-health class-wp-site-icon
  class-wp-terms-list-table class-wp-themes-list-table class-wp-upgrader class-wp-users-list-table comment
  continents-cities credits dashboard deprecated edit-tag-messages export file image image-edit import list-table media
  menu meta-boxes misc ms nav-menu network noop options plugin plugin-install post privacy-tools revision schema screen
  taxonomy template theme theme-install translation-install update update-core upgrade user widgets`);

const includes = list(`admin-bar atomlib author-template block-editor block-i18n block-patterns block-template
  block-template-utils blocks bookmark bookmark-template cache cache-compat canonical capabilities category
  category-template class-http class-json class-phpass class-simplepie class-walker-category class-walker-comment
  class-walker-page class-wp class-wp-admin-bar class-wp-ajax-response class-wp-application-passwords
  class-wp-block class-wp-block-bindings-registry class-wp-block-editor-context class-wp-block-list class-wp-block-parser
  class-wp-block-pattern-categories-registry class-wp-block-patterns-registry class-wp-block-styles-registry
  class-wp-block-supports class-wp-block-template class-wp-block-type class-wp-block-type-registry class-wp-comment
  class-wp-comment-query class-wp-customize-control class-wp-customize-manager class-wp-customize-nav-menus
  class-wp-customize-panel class-wp-customize-section class-wp-customize-setting class-wp-customize-widgets
  class-wp-date-query class-wp-dependencies class-wp-duotone class-wp-editor class-wp-embed class-wp-error
  class-wp-fatal-error-handler class-wp-feed-cache class-wp-hook class-wp-http class-wp-http-cookie class-wp-http-curl
  class-wp-image-editor class-wp-image-editor-gd class-wp-image-editor-imagick class-wp-list-util class-wp-locale
  class-wp-locale-switcher class-wp-matchesmapregex class-wp-meta-query class-wp-metadata-lazyloader class-wp-navigation-fallback
  class-wp-network class-wp-network-query class-wp-object-cache class-wp-oembed class-wp-paused-extensions-storage
  class-wp-plugin-dependencies class-wp-post class-wp-post-type class-wp-query class-wp-recovery-mode class-wp-rewrite
  class-wp-role class-wp-roles class-wp-scripts class-wp-session-tokens class-wp-site class-wp-site-query
  class-wp-speculation-rules class-wp-styles class-wp-tax-query class-wp-taxonomy class-wp-term class-wp-term-query
  class-wp-text-diff-renderer-table class-wp-textdomain-registry class-wp-theme class-wp-theme-json class-wp-user
  class-wp-user-query class-wp-walker class-wp-widget class-wp-xmlrpc-server class-wpdb comment comment-template compat
  cron date default-constants default-filters default-widgets deprecated embed feed feed-atom feed-rss2 fonts formatting
  functions functions.wp-scripts functions.wp-styles general-template global-styles-and-settings http https-detection
  kses l10n link-template load media media-template meta ms-blogs ms-functions ms-load ms-settings nav-menu
  nav-menu-template option pluggable pluggable-deprecated plugin post post-formats post-template query registration
  rest-api revision rewrite robots-template rss script-loader session shortcodes sitemaps speculative-loading
  style-engine taxonomy template template-canvas template-loader theme theme-compat theme-previews theme-templates update
  user vars widgets wp-db`);

const endpoints =
  list(`application-passwords attachments autosaves block-directory block-pattern-categories block-patterns
  block-renderer block-types blocks comments edit-site-export font-collections font-faces font-families global-styles
  global-styles-revisions menu-items menu-locations menus navigation-fallback pattern-directory plugins post-statuses
  post-types posts revisions search settings sidebars site-health taxonomies template-autosaves template-revisions
  templates terms themes url-details users widget-types widgets`);

const blocks = list(`accordion archives audio avatar block button buttons calendar categories code column columns
  comment-author-name comment-content comment-date comment-edit-link comment-reply-link comment-template comments
  comments-pagination comments-title cover details embed file footnotes freeform gallery group heading home-link html image
  latest-comments latest-posts list list-item loginout media-text more navigation navigation-link navigation-submenu
  nextpage page-list paragraph pattern post-author post-author-biography post-comments-form post-content post-date
  post-excerpt post-featured-image post-navigation-link post-template post-terms post-title preformatted pullquote query
  query-no-results query-pagination query-title quote read-more rss search separator shortcode site-logo site-tagline
  site-title social-link social-links spacer table tag-cloud template-part term-description text-columns verse video`);

const packages =
  list(`a11y annotations api-fetch autop blob block-directory block-editor block-library block-serialization
  blocks commands components compose core-commands core-data customize-widgets data data-controls date deprecated dom
  dom-ready edit-post edit-site edit-widgets editor element escape-html fields format-library hooks html-entities i18n
  interactivity is-shallow-equal keyboard-shortcuts keycodes list-reusable-blocks media-utils notices nux patterns plugins
  preferences primitives priority-queue private-apis redux-routine reusable-blocks rich-text router server-side-render
  shortcode style-engine token-list undo-manager url viewport warning widgets wordcount`);

const adminScripts = list(`accordion application-passwords auth-app code-editor color-picker comment common
  custom-background customize-controls customize-nav-menus customize-widgets dashboard edit-comments editor editor-expand
  farbtastic gallery image-edit inline-edit-post inline-edit-tax link media media-gallery media-upload nav-menu
  password-strength-meter plugin-install post postbox privacy-tools revisions set-post-thumbnail site-health site-icon
  svg-painter tags tags-box tags-suggest theme theme-plugin-editor updates user-profile user-suggest widgets word-count
  xfn`);

const adminStyles = list(`about admin-menu code-editor color-picker common customize-controls customize-nav-menus
  customize-widgets dashboard deprecated-media edit farbtastic forms install l10n list-tables login media nav-menus
  revisions site-health site-icon themes widgets wp-admin`);

const schemes = list('blue coffee ectoplasm light midnight modern ocean sunrise');
const styleForms = ['.css', '.min.css', '-rtl.css', '-rtl.min.css'];

/** Where WordPress keeps its own files, below the folder of the site: about 2,000 paths. */
export function coreFileNames(): string[] {
  return [
    ...each(rootFiles, '', ['.php']),
    'license.txt',
    'readme.html',
    'wp-config-sample.php',
    ...each(adminFiles, 'wp-admin/', ['.php']),
    ...each(adminIncludes, 'wp-admin/includes/', ['.php']),
    ...each(adminStyles, 'wp-admin/css/', styleForms),
    ...schemes.flatMap((scheme) => each(['colors'], `wp-admin/css/colors/${scheme}/`, [...styleForms, '.scss'])),
    ...each(adminScripts, 'wp-admin/js/', ['.js', '.min.js']),
    'wp-includes/version.php',
    ...each(includes, 'wp-includes/', ['.php']),
    ...endpoints.map((name) => `wp-includes/rest-api/endpoints/class-wp-rest-${name}-controller.php`),
    ...blocks.flatMap(blockFiles),
    ...each(packages, 'wp-includes/js/dist/', ['.js', '.min.js']),
  ];
}

function blockFiles(name: string): string[] {
  const folder = `wp-includes/blocks/${name}/`;
  const styles = each(['style', 'editor'], folder, styleForms);
  return [`wp-includes/blocks/${name}.php`, `${folder}block.json`, ...styles];
}

function each(names: readonly string[], folder: string, endings: readonly string[]): string[] {
  return names.flatMap((name) => endings.map((ending) => `${folder}${name}${ending}`));
}
