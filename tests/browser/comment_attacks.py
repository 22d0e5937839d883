"""What is tried on whoever shows a comment: one vector a line, for names and texts, and those for websites.

`alert` or `ran()` would tell that one ran. After OWASP's XSS filter evasion cheat sheet, PortSwigger's cheat
sheet, and the mutations that Cure53 collects with DOMPurify's tests.
"""

from __future__ import annotations

VECTORS = (
    # Script and what loads it
    "<script>ran()</script>",
    "<ScRiPt/x>ran()</sCrIpT >",
    "<scr<script>ipt>ran()</scr</script>ipt>",
    '<script src="data:text/javascript,ran()"></script>',
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
    "<object data=javascript:ran()></object><embed src=javascript:ran()>",
    "<base href='https://attacker.example/'><link rel=stylesheet href=//attacker.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:ran()'>",
    "<style>@import '//attacker.example/x.css'; *{display:none}</style>",
    # Handlers
    "<img src=x onerror=ran()>",
    '"><svg/onload=ran()>',
    "' autofocus onfocus=ran() x='",
    '" onmouseover="ran()" style="position:fixed;inset:0',
    "<body onload=ran()><input onfocus=ran() autofocus>",
    "<details open ontoggle=ran()><summary>x</summary></details>",
    "<video><source onerror=ran()></video><audio src=x onerror=ran()>",
    "<marquee onstart=ran()>x</marquee>",
    # SVG, MathML and mutations
    "<svg><animate onbegin=ran() attributeName=x dur=1s></svg>",
    "<svg><a xlink:href='javascript:ran()'><text y=20>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=ran()&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=ran()>'>",
    "<svg></p><style><a id='</style><img src=1 onerror=ran()>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=ran()>",
    # Leaving the place where it stands
    "</textarea><script>ran()</script>",
    "</title></style></script><script>ran()</script>",
    "</p></div></article></section></main><script>ran()</script>",
    '</script><script>ran()</script>"}]}',
    '","@type":"Person","url":"javascript:ran()","x":"\\u003c/script\\u003e',
    "--><img src=x onerror=ran()><!-- ]]><script>ran()</script><![CDATA[",
    "<!--[if gte IE 4]><script>ran()</script><![endif]-->",
    "&lt;script&gt;ran()&lt;/script&gt; &#60;img src=x onerror=ran()&#62; &#x3c;svg onload=ran()&#x3e;",
    "\\x3cscript\\x3eran()\\x3c/script\\x3e \\u003cimg src=x onerror=ran()\\u003e",
    # Languages of templates, of Markdown and of our articles
    "{{ 7*7 }}{% raw %}{{ config }}{{ ''.__class__.__mro__ }}",
    "${7*7} #{7*7} <%= 7*7 %> {{constructor.constructor('ran()')()}}",
    '[x](javascript:ran()) ![x](x"onerror="ran()) <javascript:ran()>',
    "[[figure src=x caption='<script>ran()</script>']] {{< figure >}} ::: {onclick=ran()}",
    "`</code><script>ran()</script>` ```html\n<script>ran()</script>\n```",
    # Addresses
    "javascript:ran() data:text/html,<script>ran()</script> vbscript:ran()",
    'https://a.example/"onmouseover="ran()"x="',
    "https://a.example/'onmouseover='ran()'x='",
    "https://a.example/<script>ran()</script> https://a.example/`onload=ran()`",
    'https://a.example/https://b.example/?x=javascript:ran()&y="><svg onload=ran()>',
    "http://javascript:ran()@a.example/ https://user:ran()@a.example https:javascript:ran()",
    "https://a.example/%22%3E%3Cscript%3Eran()%3C/script%3E",
    # Unicode
    "\uff1cscript\uff1eran()\uff1c/script\uff1e \u2039script\u203aran()\u2039/script\u203a",
    "\u202e<tpircs>)(nar</tpircs>\u202c \u2066\u2067https://a.example/\u2069\u200f",
    "<\u200bscript>ran()</\u200bscript> java\u200bscript:ran() <scr\x00ipt>ran()</scr\x00ipt>",
    "<ſcript>ran()</ſcript> <ımg src=x onerror=ran()>",
    "Z\u0351\u036b\u0343\u036a\u0302a\u0327\u0321l\u034eg\u0321o\u0321 " + "\u0321\u0351" * 60,
    "\u05e9\u05dc\u05d5\u05dd <b onclick=ran()>\u05e2\u05d5\u05dc\u05dd</b> \u0645\u0631\u062d\u0628\u0627",
    # Length
    "W" * 1_000,
    "https://a.example/" + "w" * 1_000,
    "<" * 900 + "b>" * 900,
)

REFUSED_WEBSITES = (
    "javascript:ran()",
    "JaVaScRiPt:ran()//https://a.example",
    "java\tscript:ran()",
    "\x01javascript:ran()",
    "javascript://a.example/%0aran()",
    "data:text/html,<script>ran()</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:ran()",
    'https://a.example/"onmouseover="ran()',
    "https://a.example/' onmouseover='ran()",
    "https://a.example/><script>ran()</script>",
    "https://a.example/{{7*7}}",
    "https://user:ran()@a.example/",
    "https://\u202eelpmaxe.a/",
    "//attacker.example/x.js",
    "file:///etc/passwd",
)

TAKEN_WEBSITES = (
    "https://a.example/?next=javascript:ran()",
    "https://a.example/%22%3E%3Cscript%3Eran()%3C/script%3E",
    "https://a.example/&quot;onclick=ran()&#34;",
    "http://a.example/;alert(1)//",
    "https://xn--e1awd7f.example/",
    "https://\u0435xample.\u0441om/",
    "javascript.example/ran()",
)
"""Addresses of the web, however they read: shown as links, and nothing but that."""
