"""The web page beside the service: photos in, answers to look at; gradio, extra `ui`.

`page` puts it together and mounts it on the app of the service, with the same model, catalogue and limits: `photo_tab`
and `outfit_tab` lay out what is seen, `seeing`, `why` and `judging` ask the tasks for it, `drawn` writes answers as
HTML. `stock` is a catalogue with its pictures. `gate` lets through what the page needs and nothing else, so that gradio
fetches nothing from addresses, and the browser nothing from elsewhere. The room may import what `service` may, and
`demo`; torch only through `explain`, where it is installed.
"""
