package plugin

import (
	"net/url"
	"testing"
)

func TestVariablesOfADashboardBecomeFilters(t *testing.T) {
	for _, c := range []struct{ given, sent string }{
		{"format=csv&from=1&to=2", "format=csv&from=1&to=2"},
		{"var-project=a&var-project=b%2C+c", "project=a&project=b%2C+c"},
		{"var-project=%24__all&var-environment=prod", "environment=prod"},
		{"var-datasource=secret-insights&var-actor=", ""},
		{"var-filters=ip%7C%3D%7C10.0.0.1", "ip=10.0.0.1"},
		{"var-filters=ip%7C%21%3D%7C10.0.0.1", "ip.not-in=10.0.0.1"},
		{"var-filters=actor%7C%3D__gfp__%7Cid-1%2Cann%7Cid-2%2Cben", "actor=id-1&actor=id-2"},
		{"var-filters=event%7C%21%3D__gfp__%7Ca%7Cb", "event.not-in=a&event.not-in=b"},
		{"var-filters=secret_path%7C%3D%7C%2Fa__gfp__b__gfc__c", "secret_path=%2Fa%7Cb%2Cc"},
		{"var-filters=", ""},
		{"var-filters=%7C%3D%7C", ""},
	} {
		t.Run(c.given, func(t *testing.T) {
			values, err := url.ParseQuery(c.given)
			if err != nil {
				t.Fatal(err)
			}
			own, err := withoutVariables(values)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, "sent", own.Encode(), c.sent)
		})
	}
}

func TestAnAdHocOperatorWithoutCounterpartIsRefused(t *testing.T) {
	_, err := withoutVariables(url.Values{"var-filters": {"actor|=~|ci.*"}})
	if err == nil {
		t.Fatal("a pattern was taken")
	}
	expect(t, "sentence", err.Error(),
		"The filter on actor uses =~: only =, !=, =| and !=| are allowed there.")
}
