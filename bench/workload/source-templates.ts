import { parseTemplates } from './template.ts';

/** Statements of PHP in the manner of WordPress. Those that end in `{` open a block. */
export const phpStatements = parseTemplates([
  '${noun} = $this->{verb}_{name}( ${noun}, {number} );',
  "if ( empty( ${noun}['{name}'] ) ) {",
  'if ( ! is_array( ${noun} ) || {number} > count( ${noun} ) ) {',
  'foreach ( (array) ${noun} as $key => ${noun} ) {',
  "return apply_filters( '{name}', ${noun}, $this->{noun} );",
  "${noun} = isset( $args['{name}'] ) ? absint( $args['{name}'] ) : {number};",
  "add_action( '{name}', array( $this, '{verb}_{name}' ), {number} );",
  "add_filter( '{verb}_{name}', 'wp_{verb}_{name}', {number}, 2 );",
  '$this->{name} = new {Noun}_{Noun}( ${noun} );',
  '// {text}.',
  '$sql = $wpdb->prepare( "SELECT {noun}, {name} FROM $wpdb->{noun} WHERE {name} = %d", ${noun} );',
  '$output .= sprintf( \'<div class="{noun}-{noun}" id="{noun}-%s">%s</div>\', esc_attr( ${noun} ), ${noun} );',
  "_doing_it_wrong( __METHOD__, __( '{text}' ), '{number}.{number}.0' );",
  "if ( current_user_can( '{verb}_{noun}', $post->ID ) && '{noun}' === ${noun} ) {",
  "wp_enqueue_script( '{noun}-{noun}', plugins_url( 'js/{noun}.js' ), array( 'jquery' ), '{number}.{number}.{number}' );",
  "throw new {Noun}Exception( esc_html__( '{text}', '{noun}' ), {number} );",
  "${noun}['{name}'] = array_merge( $defaults, (array) ${noun} );",
  'while ( ${noun} < {number} ) {',
  'unset( ${noun}[ $key ], $this->{name}[ ${noun} ] );',
  "update_option( '{name}', wp_json_encode( ${noun} ) );",
  "$hash = '{hex}{hex}';",
  "${noun} = preg_replace( '/^{noun}[^a-z]+{noun}$/i', '', (string) ${noun} );",
  "return new WP_Error( '{name}', __( '{text}.' ), array( 'status' => {number} ) );",
  "'{name}' => array( 'type' => '{noun}', 'default' => {number}, 'label' => __( '{text}' ) ),",
  '$this->{verb}_{name}( ${noun}->{noun}, self::{Noun}, true );',
  '?><p class="{noun}"><?php esc_html_e( \'{text}\' ); ?></p><?php',
]);

/** Statements of a browser script. */
export const javascriptStatements = parseTemplates([
  'const {noun} = this.{verb}{Noun}({noun}, {number});',
  'if (!{noun} || {noun}.{noun} === undefined) {',
  'for (let i = {number}; i < {noun}.length; i++) {',
  'wp.hooks.addFilter("{noun}.{noun}", "{noun}/{noun}", {noun});',
  '{noun}.{noun} = Object.assign({}, {noun}, { {noun}: {number}, {noun}: "{noun}" });',
  '$( ".{noun}-{noun}" ).on( "{noun}", function ( event ) {',
  'return {noun}.{verb}{Noun}("{noun}", ({noun}) => {noun}.{noun} + {number});',
  '// {text}.',
  'var {noun} = document.querySelector("#{noun}-{noun}[data-{noun}=\'{noun}\']");',
  'throw new TypeError("{text}");',
  '{noun}.push({ id: "{hex}", {noun}: {noun}[{number}], label: __( "{text}" ) });',
  'await api{Noun}({ path: `/wp/v2/{noun}/${ {noun} }`, method: "POST" });',
  'exports.{verb}{Noun} = {verb}{Noun};',
  '{noun}=function(e,t){return e.{noun}||t.{noun}({number})},',
  'case "{noun}/{noun}": {noun} = {number}; break;',
  'console.warn("{text}", {noun});',
]);

/** Selectors of a style sheet; each opens a block. */
export const cssSelectors = parseTemplates([
  '.{noun}-{noun} {',
  '.wp-block-{noun} .{noun}__{noun}, .{noun}-{noun}:hover {',
  '#{noun}-{noun} > li.{noun} a {',
  '@media (max-width: {number}px) { .{noun}-{noun} {',
  'body.{noun} .{noun}-{noun}::before {',
]);

/** Declarations of a style sheet. */
export const cssDeclarations = parseTemplates([
  'color: #{hex};',
  'margin: {number}px {number}px {number}px auto;',
  'padding: {number}em {number}%;',
  'background: #{hex} url(images/{noun}-{noun}.svg) no-repeat {number}px {number}px;',
  'font: {number}px/{number} "{Noun} {Noun}", sans-serif;',
  'border: {number}px solid rgba({number}, {number}, {number}, 0.{number});',
  'display: {noun};',
  'transition: {noun} 0.{number}s ease-in-out;',
  'grid-template-columns: repeat({number}, minmax({number}px, 1fr));',
  'width: calc(100% - {number}px);',
  'z-index: {number};',
  '/* {text} */',
]);

/** Description lines of a comment above a function. */
export const commentLines = parseTemplates([
  ' * {text}.',
  ' * @param string ${noun} {text}.',
  ' * @param array  ${noun} Optional. {text}. Default {number}.',
  ' * @since {number}.{number}.0',
  ' * @return {noun}|false {text}.',
]);
