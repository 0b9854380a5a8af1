package plugin

import (
	"net/http"
	"net/url"
	"strings"
)

// Dashboards write their variables into addresses as Grafana does: var-project=a&var-project=b, All as
// its own word, ad-hoc filters as key|operator|value. A link to a file (all events of a panel, the list
// of an actor's secrets) can say it in no other way, because a panel's link knows only that form.
const (
	variablePrefix = "var-"
	everyValue     = "$__all"
	adHocVariable  = "var-filters"
	dataVariable   = "var-datasource"
)

// adHocSuffixes holds the operators that have an exact counterpart, as in the plugin's browser part.
var adHocSuffixes = map[string]string{"=": "", "=|": "", "!=": ".not-in", "!=|": ".not-in"}

// withoutVariables turns such parameters into the server's own filters. All is no filter at all.
func withoutVariables(values url.Values) (url.Values, error) {
	own := url.Values{}
	for name, given := range values {
		switch {
		case name == adHocVariable:
			for _, filter := range given {
				if err := addAdHoc(own, filter); err != nil {
					return nil, err
				}
			}
		case name == dataVariable:
		case strings.HasPrefix(name, variablePrefix):
			for _, value := range given {
				if value != "" && value != everyValue {
					own.Add(strings.TrimPrefix(name, variablePrefix), value)
				}
			}
		default:
			own[name] = append(own[name], given...)
		}
	}
	return own, nil
}

// Grafana writes a pipe or a comma that belongs to a part as these; a comma itself parts a value from
// the text it is shown as.
var adHocEscapes = strings.NewReplacer("__gfp__", "|", "__gfc__", ",", "__gfh__", "#")

func addAdHoc(own url.Values, filter string) error {
	parts := strings.Split(filter, "|")
	for index, part := range parts {
		value, _, _ := strings.Cut(part, ",")
		parts[index] = adHocEscapes.Replace(value)
	}
	if len(parts) < 3 || parts[0] == "" {
		return nil
	}
	suffix, known := adHocSuffixes[parts[1]]
	if !known {
		return &failure{
			status: http.StatusBadRequest,
			sentence: "The filter on " + parts[0] + " uses " + parts[1] +
				": only =, !=, =| and !=| are allowed there.",
		}
	}
	for _, value := range parts[2:] {
		own.Add(parts[0]+suffix, value)
	}
	return nil
}
