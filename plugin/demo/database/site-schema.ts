/** Tables as WordPress makes them. */
export const siteTables: readonly string[] = [
  `CREATE TABLE wp_users (ID bigint(20) unsigned NOT NULL AUTO_INCREMENT, user_login varchar(60) NOT NULL DEFAULT '',
    user_pass varchar(255) NOT NULL DEFAULT '', user_nicename varchar(50) NOT NULL DEFAULT '',
    user_email varchar(100) NOT NULL DEFAULT '', user_url varchar(100) NOT NULL DEFAULT '',
    user_registered datetime NOT NULL DEFAULT '0000-00-00 00:00:00', user_activation_key varchar(255) NOT NULL DEFAULT '',
    user_status int(11) NOT NULL DEFAULT 0, display_name varchar(250) NOT NULL DEFAULT '', PRIMARY KEY (ID),
    KEY user_login_key (user_login), KEY user_nicename (user_nicename), KEY user_email (user_email))`,
  `CREATE TABLE wp_usermeta (umeta_id bigint(20) unsigned NOT NULL AUTO_INCREMENT, user_id bigint(20) unsigned NOT NULL
    DEFAULT 0, meta_key varchar(255) DEFAULT NULL, meta_value longtext, PRIMARY KEY (umeta_id), KEY user_id (user_id),
    KEY meta_key (meta_key(191)))`,
  `CREATE TABLE wp_options (option_id bigint(20) unsigned NOT NULL AUTO_INCREMENT, option_name varchar(191) NOT NULL
    DEFAULT '', option_value longtext NOT NULL, autoload varchar(20) NOT NULL DEFAULT 'yes', PRIMARY KEY (option_id),
    UNIQUE KEY option_name (option_name), KEY autoload (autoload))`,
  `CREATE TABLE wp_posts (ID bigint(20) unsigned NOT NULL AUTO_INCREMENT, post_author bigint(20) unsigned NOT NULL DEFAULT
    0, post_date datetime NOT NULL DEFAULT '0000-00-00 00:00:00', post_date_gmt datetime NOT NULL DEFAULT
    '0000-00-00 00:00:00', post_content longtext NOT NULL, post_title text NOT NULL, post_excerpt text NOT NULL,
    post_status varchar(20) NOT NULL DEFAULT 'publish', comment_status varchar(20) NOT NULL DEFAULT 'open',
    post_name varchar(200) NOT NULL DEFAULT '', post_modified datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
    post_modified_gmt datetime NOT NULL DEFAULT '0000-00-00 00:00:00', post_parent bigint(20) unsigned NOT NULL DEFAULT 0,
    guid varchar(255) NOT NULL DEFAULT '', menu_order int(11) NOT NULL DEFAULT 0, post_type varchar(20) NOT NULL DEFAULT
    'post', post_mime_type varchar(100) NOT NULL DEFAULT '', comment_count bigint(20) NOT NULL DEFAULT 0, PRIMARY KEY (ID),
    KEY post_name (post_name(191)), KEY type_status_date (post_type, post_status, post_date, ID), KEY post_parent
    (post_parent), KEY post_author (post_author))`,
  `CREATE TABLE wp_postmeta (meta_id bigint(20) unsigned NOT NULL AUTO_INCREMENT, post_id bigint(20) unsigned NOT NULL
    DEFAULT 0, meta_key varchar(255) DEFAULT NULL, meta_value longtext, PRIMARY KEY (meta_id), KEY post_id (post_id),
    KEY meta_key (meta_key(191)))`,
  `CREATE TABLE wp_comments (comment_ID bigint(20) unsigned NOT NULL AUTO_INCREMENT, comment_post_ID bigint(20) unsigned
    NOT NULL DEFAULT 0, comment_author tinytext NOT NULL, comment_author_email varchar(100) NOT NULL DEFAULT '',
    comment_date datetime NOT NULL DEFAULT '0000-00-00 00:00:00', comment_date_gmt datetime NOT NULL DEFAULT
    '0000-00-00 00:00:00', comment_content text NOT NULL, comment_approved varchar(20) NOT NULL DEFAULT '1',
    comment_type varchar(20) NOT NULL DEFAULT 'comment', comment_parent bigint(20) unsigned NOT NULL DEFAULT 0, user_id
    bigint(20) unsigned NOT NULL DEFAULT 0, PRIMARY KEY (comment_ID), KEY comment_post_ID (comment_post_ID),
    KEY comment_approved_date_gmt (comment_approved, comment_date_gmt))`,
  `CREATE TABLE wp_terms (term_id bigint(20) unsigned NOT NULL AUTO_INCREMENT, name varchar(200) NOT NULL DEFAULT '',
    slug varchar(200) NOT NULL DEFAULT '', term_group bigint(10) NOT NULL DEFAULT 0, PRIMARY KEY (term_id), KEY slug
    (slug(191)), KEY name (name(191)))`,
  `CREATE TABLE wp_term_relationships (object_id bigint(20) unsigned NOT NULL DEFAULT 0, term_taxonomy_id bigint(20)
    unsigned NOT NULL DEFAULT 0, term_order int(11) NOT NULL DEFAULT 0, PRIMARY KEY (object_id, term_taxonomy_id))`,
];

/** And the shop's own. */
export const shopTables: readonly string[] = [
  `CREATE TABLE wp_wc_orders (id bigint(20) unsigned NOT NULL, status varchar(20) DEFAULT NULL, currency varchar(10)
    DEFAULT NULL, type varchar(20) DEFAULT NULL, tax_amount decimal(26,8) DEFAULT NULL, total_amount decimal(26,8) DEFAULT
    NULL, customer_id bigint(20) unsigned DEFAULT NULL, billing_email varchar(320) DEFAULT NULL, date_created_gmt datetime
    DEFAULT NULL, date_updated_gmt datetime DEFAULT NULL, payment_method varchar(100) DEFAULT NULL, payment_method_title
    text, ip_address varchar(100) DEFAULT NULL, customer_note text, PRIMARY KEY (id), KEY status (status), KEY
    date_created (date_created_gmt), KEY billing_email (billing_email(191)))`,
  `CREATE TABLE wp_wc_order_addresses (id bigint(20) unsigned NOT NULL AUTO_INCREMENT, order_id bigint(20) unsigned NOT
    NULL, address_type varchar(20) DEFAULT NULL, first_name text, last_name text, address_1 text, city text, postcode text,
    country text, email varchar(320) DEFAULT NULL, phone varchar(100) DEFAULT NULL, PRIMARY KEY (id), UNIQUE KEY
    address_type_order_id (address_type, order_id), KEY order_id (order_id))`,
  `CREATE TABLE wp_woocommerce_order_items (order_item_id bigint(20) unsigned NOT NULL AUTO_INCREMENT, order_item_name text
    NOT NULL, order_item_type varchar(200) NOT NULL DEFAULT '', order_id bigint(20) unsigned NOT NULL, PRIMARY KEY
    (order_item_id), KEY order_id (order_id))`,
  `CREATE TABLE wp_woocommerce_order_itemmeta (meta_id bigint(20) unsigned NOT NULL AUTO_INCREMENT, order_item_id
    bigint(20) unsigned NOT NULL, meta_key varchar(255) DEFAULT NULL, meta_value longtext, PRIMARY KEY (meta_id), KEY
    order_item_id (order_item_id))`,
  `CREATE TABLE wp_wc_product_meta_lookup (product_id bigint(20) NOT NULL, sku varchar(100) DEFAULT '', min_price
    decimal(19,4) DEFAULT NULL, max_price decimal(19,4) DEFAULT NULL, onsale tinyint(1) DEFAULT 0, stock_quantity double
    DEFAULT NULL, stock_status varchar(100) DEFAULT 'instock', total_sales bigint(20) DEFAULT 0, tax_status varchar(100)
    DEFAULT 'taxable', PRIMARY KEY (product_id), KEY stock_status (stock_status), KEY min_max_price (min_price, max_price))`,
  `CREATE VIEW v_sales_by_month AS SELECT DATE_FORMAT(date_created_gmt, '%Y-%m') AS month, COUNT(*) AS orders,
    SUM(total_amount) AS total FROM wp_wc_orders WHERE status = 'wc-completed' GROUP BY month`,
];
