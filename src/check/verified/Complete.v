(* Complete.v - from matrix identities modulo N to independence, rank and completeness.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   A function x with x(point) rational is represented by z modulo N when s x(point) = v for integers s = 1,
   v = z modulo N.  This respects sums and products, hence determinants; so a determinant that is invertible
   modulo N (N > 1, not necessarily prime) is not 0 at the point.  Adjugates do the rest, over functions. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify ssrZ.
From Coq Require Import ZArith List Lia Ring_theory Ring InitialRing FMapPositive.
From LawCert Require Import Poly Model Checker Diff Claims.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Lemma ring_theory_of (A : comRingType) : ring_theory (0:A) 1 +%R *%R (fun x y => x - y) -%R eq.
Proof. constructor; move=> *; rewrite ?add0r ?mul1r ?addrA ?mulrA ?mulrDl ?subrr //;
  [exact: addrC|exact: mulrC]. Qed.
Definition cring_of (A : comRingType) : cring :=
  Poly.Ring A 0 1 +%R *%R (fun x y => x - y) -%R (ring_theory_of A).

Definition var (i : nat) : positive := Pos.of_succ_nat i.
Lemma nth_vars_from n : forall s i d, (i < n)%coq_nat -> List.nth i (vars_from s n) d = Pos.of_nat
  (Pos.to_nat s + i)%coq_nat.
Proof.
elim: n => [|n IH] s [|i] d H //=; try lia.
rewrite IH; lia.
Qed.
Lemma nth_vars n i d : (i < n)%coq_nat -> List.nth i (vars n) d = var i.
Proof. move=> H. rewrite /vars nth_vars_from // /var. lia. Qed.
Lemma nth_skipn T n : forall (l : list T) i d, List.nth i (List.skipn n l) d = List.nth (n + i)%coq_nat l d.
Proof. elim: n => [//|n IH] [|x l] i d //=. by case: i. Qed.
Lemma nth_map_vars T (f : positive -> T) n i d : (i < n)%coq_nat ->
  List.nth i (List.map f (vars n)) d = f (var i).
Proof.
move=> H. rewrite (List.nth_indep _ d (f 1%positive)).
  by rewrite (List.map_nth f) nth_vars.
by rewrite List.map_length /vars vars_length.
Qed.
Lemma var_state n i : (i < n)%coq_nat -> is_state n (var i) = true.
Proof. move=> H. apply/Z.leb_le. rewrite /var. lia. Qed.

(* ------------------------------------------------------------------ congruence modulo N *)
Section Cong.
Variable N : Z.
Definition cong (x y : Z) : Prop := exists q : Z, (x = y + q * N)%Z.
Lemma cong_refl x : cong x x. Proof. exists 0%Z; lia. Qed.
Lemma cong_sym x y : cong x y -> cong y x. Proof. move=> [q ->]; exists (- q)%Z; lia. Qed.
Lemma cong_trans x y z : cong x y -> cong y z -> cong x z.
Proof. move=> [q ->] [t ->]; exists (t + q)%Z; lia. Qed.
Lemma congD x y z t : cong x y -> cong z t -> cong (x + z)%Z (y + t)%Z.
Proof. move=> [q ->] [u ->]; exists (q + u)%Z; lia. Qed.
Lemma congM x y z t : cong x y -> cong z t -> cong (x * z)%Z (y * t)%Z.
Proof. move=> [q ->] [u ->]; exists (y * u + t * q + q * u * N)%Z; lia. Qed.
Lemma congN x y : cong x y -> cong (- x)%Z (- y)%Z. Proof. move=> [q ->]; exists (- q)%Z; lia. Qed.
Lemma cong_mod x : (1 < N)%Z -> cong (x mod N)%Z x.
Proof. move=> H. exists (- (x / N))%Z. have := Z.div_mod x N; lia. Qed.
Lemma cong_eq_mod x y : (1 < N)%Z -> (x mod N = y mod N)%Z -> cong x y.
Proof. move=> H E. apply: (@cong_trans _ (x mod N)%Z); [exact/cong_sym/cong_mod|rewrite E; exact: cong_mod].
Qed.
Lemma cong_sum m (f g : 'I_m -> Z) : (forall i, cong (f i) (g i)) -> cong (\sum_i f i) (\sum_i g i).
Proof. move=> H. elim/big_ind2: _ => //; [exact: cong_refl|move=> *; exact: congD]. Qed.
Lemma cong_det m (M Q : 'M[Z]_m) : (forall i j, cong (M i j) (Q i j)) -> cong (\det M) (\det Q).
Proof.
move=> H. rewrite /determinant. elim/big_ind2: _ => //; [exact: cong_refl|move=> *; exact: congD|].
move=> s _. apply: congM; [exact: cong_refl|].
  elim/big_ind2: _ => //; [exact: cong_refl|move=> *; exact: congM].
Qed.
End Cong.

Section Main.
(* A: functions, with derivations; K: numbers; ev: the value at the point *)
Variables (A K : comRingType).
Variable quotA : A -> A -> A.
Hypothesis quotA_ok : forall x y : A, @Model.unit (cring_of A) y -> y * quotA x y = x.
Hypothesis A_rational : forall p, @Model.unit (cring_of A) (phi (cring_of A) (Zpos p)).
Hypothesis K_rational : forall p, @Model.unit (cring_of K) (phi (cring_of K) (Zpos p)).
Variable thetaA : positive -> A.
Variable pdA : positive -> A -> A.
Hypothesis pdA_add : forall a x y, pdA a (x + y) = pdA a x + pdA a y.
Hypothesis pdA_mul : forall a x y, pdA a (x * y) = pdA a x * y + x * pdA a y.
Hypothesis pdA_comm : forall a b x, pdA a (pdA b x) = pdA b (pdA a x).
Variable dimA : nat.
Hypothesis pdA_theta : forall a b, is_state dimA a = true -> is_state dimA b = true ->
  pdA a (thetaA b) = if Pos.eqb b a then 1 else 0.
Variable ev : {rmorphism A -> K}.
Definition QA : qalg := @QAlg (cring_of A) quotA quotA_ok A_rational.
Definition FA : dring := @DRing QA dimA thetaA pdA pdA_add pdA_mul pdA_comm pdA_theta.
Notation injA := (phi (cring_of A)).
Notation injK := (phi (cring_of K)).

Lemma injA0 : injA 0%Z = 0 :> A. Proof. exact: (phi0 (cring_of A)). Qed.
Lemma injA1 : injA 1%Z = 1 :> A. Proof. exact: (phi1 (cring_of A)). Qed.
Lemma injAD x y : injA (x + y)%Z = injA x + injA y :> A. Proof. exact: (phi_add (cring_of A)). Qed.
Lemma injAN x : injA (- x)%Z = - injA x :> A. Proof. exact: (phi_opp (cring_of A)). Qed.
Lemma injKM x y : injK (x * y)%Z = injK x * injK y :> K. Proof. exact: (phi_mul (cring_of K)). Qed.
Lemma injKD x y : injK (x + y)%Z = injK x + injK y :> K. Proof. exact: (phi_add (cring_of K)). Qed.
Lemma injKN x : injK (- x)%Z = - injK x :> K. Proof. exact: (phi_opp (cring_of K)). Qed.
Lemma injK1 : injK 1%Z = 1 :> K. Proof. exact: (phi1 (cring_of K)). Qed.
Lemma injK0 : injK 0%Z = 0 :> K. Proof. exact: (phi0 (cring_of K)). Qed.
Lemma ev_inj z : ev (injA z) = injK z.
Proof.
have P : forall m, (0 <= m)%Z -> ev (injA m) = injK m.
  apply: natlike_ind => [|x _ IH]; first by rewrite injA0 injK0 rmorph0.
  by rewrite /Z.succ injKD injAD rmorphD IH injA1 injK1 rmorph1.
case: (Z_le_gt_dec 0 z) => [|H]; first exact: P.
have -> : z = Z.opp (Z.opp z) by lia.
by rewrite injKN injAN rmorphN P //; lia.
Qed.
Lemma injK_unit z : z <> 0%Z -> exists y : K, injK z * y = 1.
Proof.
case: z => [//|p|p] _; first exact: K_rational.
have [y H] := K_rational p. exists (- y). rewrite -[Zneg p]/(Z.opp (Zpos p)) injKN mulrNN. exact: H.
Qed.

Section Rep.
Variable N : Z.
Hypothesis HN : (1 < N)%Z.
Definition rep (x : A) (z : Z) : Prop :=
  exists s v : Z, cong N s 1%Z /\ cong N v z /\ injK s * ev x = injK v.
Lemma rep_cong x z t : cong N z t -> rep x z -> rep x t.
Proof. move=> H [s [v [Hs [Hv E]]]]. exists s, v; split=> //; split=> //. exact: cong_trans Hv H. Qed.
Lemma rep_inj z : rep (injA z) z.
Proof. exists 1%Z, z. by do 2!(split; first exact: cong_refl); rewrite injK1 mul1r ev_inj. Qed.
Lemma rep0 : rep 0 0. Proof. by rewrite -injA0; exact: rep_inj. Qed.
Lemma rep1 : rep 1 1. Proof. by rewrite -injA1; exact: rep_inj. Qed.
Lemma repD x y z t : rep x z -> rep y t -> rep (x + y) (z + t).
Proof.
move=> [s [v [Hs [Hv E]]]] [s' [v' [Hs' [Hv' E']]]]. exists (s * s')%Z, (s' * v + s * v')%Z. split; [|split].
- exact: (congM Hs Hs').
- have := congD (congM Hs' Hv) (congM Hs Hv'). by rewrite !Z.mul_1_l.
- by rewrite injKD !injKM rmorphD mulrDr -E -E' !mulrA [injK s' * injK s]mulrC.
Qed.
Lemma repM x y z t : rep x z -> rep y t -> rep (x * y) (z * t).
Proof.
move=> [s [v [Hs [Hv E]]]] [s' [v' [Hs' [Hv' E']]]]. exists (s * s')%Z, (v * v')%Z. split; [|split].
- exact: (congM Hs Hs').
- exact: congM.
- by rewrite !injKM rmorphM -E -E' mulrACA.
Qed.
Lemma repN x z : rep x z -> rep (- x) (- z).
Proof.
move=> [s [v [Hs [Hv E]]]]. exists s, (- v)%Z. split=> //; split; first exact: congN.
by rewrite injKN rmorphN mulrN E.
Qed.
Lemma rep_sum m (f : 'I_m -> A) g : (forall i, rep (f i) (g i)) -> rep (\sum_i f i) (\sum_i g i).
Proof. move=> H. elim/big_ind2: _ => //; [exact: rep0|move=> *; exact: repD]. Qed.
Lemma rep_prod m (f : 'I_m -> A) g : (forall i, rep (f i) (g i)) -> rep (\prod_i f i) (\prod_i g i).
Proof. move=> H. elim/big_ind2: _ => //; [exact: rep1|move=> *; exact: repM]. Qed.
Lemma rep_sign (b : nat) : rep ((-1) ^+ b) ((-1) ^+ b).
Proof. elim: b => [|b IH]; [exact: rep1|]. rewrite !exprS. apply: repM IH. apply: repN. exact: rep1. Qed.
Lemma rep_det m (M : 'M[A]_m) (Q : 'M[Z]_m) : (forall i j, rep (M i j) (Q i j)) -> rep (\det M) (\det Q).
Proof.
move=> H. rewrite /determinant. elim/big_ind2: _ => //; [exact: rep0|move=> *; exact: repD|].
move=> s _. apply: repM; [exact: rep_sign|exact: rep_prod].
Qed.
(* what is invertible modulo N is not 0 at the point *)
Lemma rep_unit x z q : rep x z -> cong N (z * q)%Z 1 -> exists y : K, ev x * y = 1.
Proof.
move=> [s [v [Hs [Hv E]]]] Hq.
have V : v <> 0%Z.
  move=> V0; rewrite V0 in Hv. have [t T] := cong_trans (congM Hv (cong_refl N q)) Hq.
  have T' : ((- t) * N = 1)%Z by lia.
  have : (N <= 1)%Z by apply: Z.divide_pos_le; [lia|exists (- t)%Z; lia].
  lia.
have [y Hy] := injK_unit V. exists (injK s * y). by rewrite mulrA [ev x * _]mulrC E.
Qed.
End Rep.

(* ------------------------------------------------------------------ lists as matrices *)
Lemma dot_mod_sum N m : (1 < N)%Z -> forall x y, length x = m -> length y = m ->
  cong N (dot_mod N x y) (\sum_(i < m) (List.nth i x 0%Z * List.nth i y 0%Z)).
Proof.
move=> HN x. elim: x m => [|a x IH] [|m] [|b y] //= Hx Hy; first by rewrite big_ord0; exact: (cong_mod 0 HN).
rewrite big_ord_recl /=. apply: congD; [exact: cong_refl|]. apply: IH; congruence.
Qed.

Section Certificate.
Variable P : problem.
Variable c : cert.
Notation N := (c_mod c).
Notation pt := (point_mod (c_point c)).
Notation frozen := (frozen_values P c).
Notation thA := (base FA P frozen).
(* the point: its coordinates are the rational numbers of the certificate *)
Hypothesis at_point : forall i, (i < p_dim P)%coq_nat ->
  forall t, List.nth_error (c_point c) i = Some t ->
  injK (Zpos t.1.2) * ev (thetaA (var i)) = injK t.1.1.
Hypothesis HdimA : (p_dim P <= dimA)%coq_nat.
Hypothesis Hbasics : check_basics P c = true.

Lemma basics : (1 < N)%Z /\ length (c_point c) = (p_dim P + p_frozen P)%coq_nat /\
  (forall t, List.In t (c_point c) -> cong N (Zpos t.1.2 * t.2) 1).
Proof.
have H := Hbasics. rewrite /check_basics /check_point in H.
move/andP: H => [/andP [/Z.ltb_lt HN /Nat.eqb_eq HL] /forallb_forall HP]. split=> //; split=> // t Ht.
apply: cong_eq_mod => //. have /Z.eqb_eq -> := HP t Ht. by rewrite Z.mod_1_l.
Qed.
Lemma HN : (1 < N)%Z. Proof. by case: basics. Qed.
Lemma frozen_length : length frozen = p_frozen P.
Proof. rewrite /frozen_values List.map_length List.skipn_length. case: basics => _ [-> _]. lia. Qed.

Lemma base_rep a : rep N (thA a) (pt a).
Proof.
have [_ [HL HP]] := basics. set k := (Pos.to_nat a - 1)%coq_nat.
have Ea : a = var k by rewrite /var /k; lia.
rewrite /point_mod -/k /base /at_table /constants.
case E: (List.nth_error (c_point c) k) => [[[nu de] iv]|].
- have Hin := List.nth_error_In _ _ E. have Hi := HP _ Hin. rewrite /= in Hi.
  have Lk : (k < length (c_point c))%coq_nat by apply/List.nth_error_Some; rewrite E.
  exists (Zpos de * iv)%Z, (nu * iv)%Z. split=> //; split; first exact: cong_refl.
  suff H : injK (Zpos de) * ev (thA a) = injK nu.
    rewrite -/(at_table FA P frozen no_table a) -/(base FA P frozen a) injKM injKM -H. by rewrite mulrAC.
  rewrite /base /at_table. case S: (is_state (p_dim P) a).
    rewrite Ea. apply: (at_point _ E). move/Z.leb_le: S. rewrite /k; lia.
  rewrite /constants /value.
  have -> : is_state (p_dim P + length frozen) a = true.
    apply/Z.leb_le. rewrite frozen_length. rewrite HL in Lk. rewrite /k in Lk. lia.
  have -> : List.nth (Pos.to_nat a - 1 - p_dim P) frozen (0%Z, 1%positive) = (nu, de).
    rewrite /frozen_values.
    rewrite (List.nth_indep _ _ (fst (0%Z, 1%positive, 0%Z))); last first.
      rewrite List.map_length List.skipn_length HL. rewrite HL in Lk.
      move/Z.leb_nle: S. rewrite /k in Lk. lia.
    rewrite (List.map_nth fst) nth_skipn.
    have -> : (p_dim P + (Pos.to_nat a - 1 - p_dim P))%coq_nat = k by move/Z.leb_nle: S; rewrite /k; lia.
    by rewrite (List.nth_error_nth _ _ _ E).
  rewrite /rational -!ev_inj -rmorphM. congr (ev _). exact: quotA_ok (A_rational de).
- have Lk : (length (c_point c) <= k)%coq_nat by apply/List.nth_error_None.
  have S : is_state (p_dim P) a = false by apply/Z.leb_nle; rewrite /k in Lk; lia.
  have S' : is_state (p_dim P + length frozen) a = false.
    by apply/Z.leb_nle; rewrite frozen_length; rewrite /k in Lk; lia.
  rewrite S /value S' PositiveMap.gempty /rational /=.
  have -> : quotA (injA 0%Z) (injA 1%Z) = 0.
    have := quotA_ok (injA 0%Z) (A_rational 1). by rewrite injA0 injA1 mul1r.
  exact: rep0.
Qed.
Lemma ev_rep p : rep N (peval FA thA p) (poly_mod N pt p).
Proof.
have M m : rep N (meval FA thA m) (mono_mod N pt m).
  elim: m => [|a m IH] /=.
    apply: rep_cong (rep1 N). exact/cong_sym/cong_mod/HN.
  apply: rep_cong (repM (base_rep a) IH). exact/cong_sym/cong_mod/HN.
elim: p => [|[m k] p IH] /=; first exact: rep0.
apply: rep_cong (repD (repM (rep_inj N k) (M m)) IH). exact/cong_sym/cong_mod/HN.
Qed.

(* sums over the list of variables are sums over ordinals *)
Lemma ssum_vars (f : positive -> A) : ssum FA (vars (p_dim P)) f = \sum_(i < p_dim P) f (var i).
Proof.
rewrite /vars /var. suff H m s : ssum FA (vars_from s m) f = \sum_(i < m) f (Pos.of_nat
  (Pos.to_nat s + i)%coq_nat).
  rewrite H. apply: eq_bigr => i _. congr f. lia.
elim: m s => [|m IH] s /=; first by rewrite big_ord0.
rewrite big_ord_recl /= IH. congr (_ + _); first by congr f; lia.
apply: eq_bigr => i _. congr f. rewrite /bump /=. lia.
Qed.
Lemma act_sum X h : act FA (p_dim P) thA X h = \sum_(i < p_dim P) (peval FA thA (fget X (var i)) * pdA
  (var i) h).
Proof. exact: ssum_vars. Qed.

Lemma shape_spec r m M : shape r m M = true -> length M = r /\ forall i, (i < r)%coq_nat ->
  length (List.nth i M nil) = m.
Proof.
move/andP => [/Nat.eqb_eq HL /forallb_forall H]. split=> // i Hi. apply/Nat.eqb_eq. apply: H.
  apply: List.nth_In. by rewrite HL.
Qed.
Lemma check_dual_spec r X Y : check_dual N r X Y = true -> forall i j, (i < r)%coq_nat -> (j < r)%coq_nat ->
  cong N (dot_mod N (List.nth i X nil) (List.nth j Y nil)) (bit (Nat.eqb i j)).
Proof.
move/forallb_forall => H i j Hi Hj. have /forallb_forall H' :=
  H i (proj2 (List.in_seq _ _ _) (conj (Nat.le_0_l i) Hi)).
have /Z.eqb_eq := H' j (proj2 (List.in_seq _ _ _) (conj (Nat.le_0_l j) Hj)). exact: (cong_eq_mod HN).
Qed.

(* ------------------------------------------------------------------ the words *)
Section Words.
Variable fs : list field.
Hypothesis Hfs : chosen_fields P c = Some fs.
Notation r := (length fs).
Notation p := (p_dim P).
Definition matW : 'M[A]_(r, p) := \matrix_(i, a) peval FA thA (fget (List.nth i fs zero_field) (var a)).
Definition intW : 'M[Z]_(r, p) := \matrix_(i, a) List.nth a (List.nth i (matrix_W P c fs) nil) 0%Z.
Definition intA : 'M[Z]_(p, r) := \matrix_(a, j) List.nth a (List.nth j (c_A c) nil) 0%Z.
Lemma row_W i : (i < r)%coq_nat -> List.nth i (matrix_W P c fs) nil = row_field N pt p
  (List.nth i fs zero_field).
Proof.
move=> Hi. rewrite /matrix_W (List.nth_indep _ _ (row_field N pt p zero_field));
  last by rewrite List.map_length.
by rewrite (List.map_nth (row_field N pt p)).
Qed.
Lemma rep_W i a : rep N (matW i a) (intW i a).
Proof. rewrite !mxE row_W; last exact/ltP. rewrite /row_field nth_map_vars; [exact: ev_rep|exact/ltP]. Qed.
Hypothesis HR : check_rank P c = true.
Lemma rank_facts : shape r p (c_A c) = true /\ check_dual N r (matrix_W P c fs) (c_A c) = true.
Proof. have H := HR. rewrite /check_rank Hfs /rank_by in H. by move/andP: H => [_ /andP []]. Qed.
Lemma WA_cong i j : cong N ((intW *m intA) i j) ((1%:M : 'M[Z]_r) i j).
Proof.
have [HS HD] := rank_facts. have [LA SA] := shape_spec HS.
have Hi : (i < r)%coq_nat by exact/ltP. have Hj : (j < r)%coq_nat by exact/ltP.
have := check_dual_spec HD Hi Hj.
have -> : bit (Nat.eqb i j) = (1%:M : 'M[Z]_r) i j.
  rewrite mxE /bit. case: (Nat.eqb_spec i j) => [E|E]; case: (altP (i =P j)) => // E'; [|by case: E;
    rewrite E'].
  by case/eqP: E'; apply: val_inj.
move=> H. apply: cong_trans _ H. apply: cong_sym. rewrite mxE.
have -> : \sum_k intW i k * intA k j = \sum_(k < p) (List.nth k (List.nth i
  (matrix_W P c fs) nil) 0%Z * List.nth k (List.nth j (c_A c) nil) 0%Z).
  by apply: eq_bigr => k _; rewrite !mxE.
apply: dot_mod_sum; [exact: HN| |exact: SA].
by rewrite row_W // /row_field List.map_length /vars vars_length.
Qed.
Definition matWA : 'M[A]_r := matW *m map_mx injA intA.
Lemma rep_mul m q t (M : 'M[A]_(m, q)) (M' : 'M[Z]_(m, q))
  (Q : 'M[A]_(q, t)) (Q' : 'M[Z]_(q, t)) :
  (forall i j, rep N (M i j) (M' i j)) -> (forall i j, rep N (Q i j) (Q' i j)) ->
  forall i j, rep N ((M *m Q) i j) ((M' *m Q') i j).
Proof. move=> H G i j. rewrite !mxE. apply: rep_sum => k. exact: repM. Qed.
Lemma rep_injm m q (M : 'M[Z]_(m, q)) i j : rep N ((map_mx injA M) i j) (M i j).
Proof. rewrite mxE. exact: rep_inj. Qed.
Lemma det_one m (M : 'M[Z]_m) : (forall i j, cong N (M i j) ((1%:M : 'M[Z]_m) i j)) -> cong N (\det M) 1%Z.
Proof. move=> H. have := cong_det H. by rewrite det1. Qed.
Lemma rep_detWA : rep N (\det matWA) 1%Z.
Proof.
apply: rep_cong (rep_det (rep_mul rep_W (@rep_injm _ _ _))). exact: (det_one WA_cong).
Qed.
(* RANK: the values of the chosen words at the point are linearly independent *)
Theorem words_independent (k : 'rV[K]_r) : k *m map_mx ev matW = 0 -> k = 0.
Proof.
move=> H. have [y Hy] := rep_unit HN rep_detWA (cong_refl N 1%Z : cong N (1 * 1)%Z 1%Z).
have E : k *m map_mx ev matWA = 0 by rewrite /matWA map_mxM mulmxA H mul0mx.
have : (k *m map_mx ev matWA) *m \adj (map_mx ev matWA) = 0 by rewrite E mul0mx.
rewrite -mulmxA mul_mx_adj mul_mx_scalar det_map_mx => D.
have : y *: (ev (\det matWA) *: k) = 0 by rewrite D scaler0.
by rewrite scalerA [y * _]mulrC Hy scale1r.
Qed.
End Words.

(* ------------------------------------------------------------------ the laws *)
Section Laws.
Notation laws := (c_laws c).
Notation k := (length laws).
Notation p := (p_dim P).
Notation law_of i := (List.nth i laws nil).
Notation fun_of i := (law_function FA P c (law_of i)).
Notation den_of i := (den FA P c (law_of i)).
(* the rational expressions of the laws are functions: their denominators are invertible *)
Hypothesis Hden : forall l, List.In l laws -> @Model.unit (cring_of A) (den FA P c l).
Definition matJ : 'M[A]_(k, p) := \matrix_(i, a) law_gradient FA P c (law_of i) (var a).
Definition intJ : 'M[Z]_(k, p) := \matrix_(i, a) List.nth a (List.nth i (matrix_J P c) nil) 0%Z.
Definition intC : 'M[Z]_(k, p) := \matrix_(i, a) List.nth a (List.nth i (c_C c) nil) 0%Z.
Definition grads : 'M[A]_(k, p) := \matrix_(i, a) pdA (var a) (fun_of i).
Lemma matJ_grads i a : matJ i a = den_of i * den_of i * grads i a.
Proof.
rewrite !mxE. symmetry. apply: (law_gradient_ok FA P c frozen_length HdimA).
- apply: Hden. apply: List.nth_In. exact/ltP.
- apply: var_state. exact/ltP.
Qed.
Lemma row_J i : (i < k)%coq_nat -> List.nth i (matrix_J P c) nil = row_law N pt p (law_frac
  (law_of i) variable).
Proof.
move=> Hi. rewrite /matrix_J (List.nth_indep _ _ (row_law N pt p (law_frac nil variable)));
  last by rewrite List.map_length.
by rewrite (List.map_nth (fun l => row_law N pt p (law_frac l variable))).
Qed.
Lemma rep_J i a : rep N (matJ i a) (intJ i a).
Proof.
rewrite !mxE row_J; last exact/ltP. rewrite /row_law nth_map_vars; last exact/ltP.
rewrite /law_gradient /num /den. apply: (rep_cong (cong_sym (cong_mod _ HN))).
apply: repD; first by apply: repM; exact: ev_rep. apply: repN. by apply: repM; exact: ev_rep.
Qed.
Hypothesis HI : check_independent P c = true.
Lemma independent_facts : shape k p (c_C c) = true /\ check_dual N k (c_C c) (matrix_J P c) = true.
Proof. have H := HI. rewrite /check_independent in H. by move/andP: H => [/andP [/andP [_ _] ->] ->]. Qed.
Lemma CJ_cong i j : cong N ((intC *m intJ^T) i j) ((1%:M : 'M[Z]_k) i j).
Proof.
have [HS HD] := independent_facts. have [LC SC] := shape_spec HS.
have Hi : (i < k)%coq_nat by exact/ltP. have Hj : (j < k)%coq_nat by exact/ltP.
have := check_dual_spec HD Hi Hj.
have -> : bit (Nat.eqb i j) = (1%:M : 'M[Z]_k) i j.
  rewrite mxE /bit. case: (Nat.eqb_spec i j) => [E|E]; case: (altP (i =P j)) => // E'; [|by case: E;
    rewrite E'].
  by case/eqP: E'; apply: val_inj.
move=> H. apply: cong_trans _ H. apply: cong_sym. rewrite mxE.
have -> : \sum_t intC i t * intJ^T t j = \sum_(t < p) (List.nth t (List.nth i (c_C c) nil) 0%Z * List.nth t
  (List.nth j (matrix_J P c) nil) 0%Z).
  by apply: eq_bigr => t _; rewrite !mxE.
apply: dot_mod_sum; [exact: HN|exact: SC|].
by rewrite row_J // /row_law List.map_length /vars vars_length.
Qed.
Definition matCJ : 'M[A]_k := map_mx injA intC *m matJ^T.
Lemma rep_JT i j : rep N (matJ^T i j) (intJ^T i j).
Proof. by rewrite !(mxE _ _ i j); exact: rep_J. Qed.
Lemma rep_detCJ : rep N (\det matCJ) 1%Z.
Proof. apply: rep_cong (rep_det (rep_mul (@rep_injm _ _ intC) rep_JT)). exact: (det_one CJ_cong). Qed.
(* INDEPENDENCE: the gradients of the laws at the point are linearly independent *)
Theorem laws_independent (v : 'rV[K]_k) : v *m map_mx ev grads = 0 -> v = 0.
Proof.
move=> H. have [y Hy] := rep_unit HN rep_detCJ (cong_refl N 1%Z : cong N (1 * 1)%Z 1%Z).
(* grads = D^-1 matJ with D = diag (den^2) *)
have U (i : 'I_k) : exists y : K, ev (den_of i * den_of i) * y = 1.
  have [u Hu] := Hden (List.nth_In laws nil (elimT ltP (ltn_ord i))).
  exists (ev (u * u)). rewrite -rmorphM mulrACA. rewrite /= in Hu. by rewrite Hu mulr1 rmorph1.
have [f Hf] : exists f : 'I_k -> K, forall i : 'I_k, ev (den_of i * den_of i) * f i = 1.
  exact: (fin_all_exists U).
pose w : 'rV[K]_k := \row_i (v 0 i * f i).
have E : w *m map_mx ev matJ = 0.
  apply/matrixP => i a. rewrite (ord1 i). have /matrixP /(_ 0 a) := H. rewrite !mxE => H'. rewrite -[RHS]H'.
  apply: eq_bigr => j _. rewrite mxE [(map_mx _ matJ) _ _]mxE matJ_grads rmorphM [(map_mx _ grads) _ _]mxE.
  by rewrite -mulrA [f j * _]mulrA [f j * _]mulrC Hf mul1r.
have E' : map_mx ev matCJ *m w^T = 0.
  rewrite /matCJ map_mxM -mulmxA -map_trmx -trmx_mul E trmx0 mulmx0 //.
have : \adj (map_mx ev matCJ) *m (map_mx ev matCJ *m w^T) = 0 by rewrite E' mulmx0.
rewrite mulmxA mul_adj_mx mul_scalar_mx det_map_mx => D.
have W0 : w^T = 0.
  have : y *: (ev (\det matCJ) *: w^T) = 0 by rewrite D scaler0.
  by rewrite scalerA [y * _]mulrC Hy scale1r.
apply/matrixP => i j. rewrite (ord1 i). have /matrixP /(_ j 0) := W0. rewrite !mxE => Wj.
have : ev (den_of j * den_of j) * (v 0 j * f j) = 0 by rewrite Wj mulr0.
by rewrite mulrCA Hf mulr1.
Qed.
End Laws.

(* ------------------------------------------------------------------ completeness *)
Section Both.
Variable fs : list field.
Hypothesis Hfs : chosen_fields P c = Some fs.
Notation laws := (c_laws c).
Notation r := (length fs).
Notation k := (length laws).
Notation p := (p_dim P).
Hypothesis Hden : forall l, List.In l laws -> @Model.unit (cring_of A) (den FA P c l).
Hypothesis HC : check_complete P c = true.
Notation fz := (constants FA P frozen no_table).

Lemma complete_facts : [/\ check_conserved P laws = true, check_rank P c = true, check_independent P c = true,
  (r + k)%coq_nat = p & check_split N p (c_A c) (matrix_W P c fs) (matrix_J P c) (c_C c) = true].
Proof.
have H := HC. rewrite /check_complete Hfs in H.
move/andP: H => [/andP [/andP [H1 HB] H3] /andP [/andP [H2 /Nat.eqb_eq H4] H5]].
have HR : check_rank P c = true by rewrite /check_rank Hfs HB H2. by split.
Qed.
Lemma HRb : check_rank P c = true. Proof. by case: complete_facts. Qed.
Lemma HIb : check_independent P c = true. Proof. by case: complete_facts. Qed.
Lemma split_cong (a b : 'I_p) : cong N ((intA fs *m intW fs + intJ^T *m intC)%R a b) ((1%:M : 'M[Z]_p) a b).
Proof.
have [_ _ _ _ /forallb_forall H] := complete_facts.
have Ha : (a < p)%coq_nat by exact/ltP. have Hb : (b < p)%coq_nat by exact/ltP.
have /forallb_forall Ha' := H _ (proj2 (List.in_seq _ _ _) (conj (Nat.le_0_l a) Ha)).
have Ib := List.in_map (fun b => (b, (column (matrix_W P c fs) b, column (c_C c) b))) _ _
  (proj2 (List.in_seq _ _ _) (conj (Nat.le_0_l b) Hb)).
have /Z.eqb_eq /(cong_eq_mod HN) /= G := Ha' _ Ib.
have -> : (1%:M : 'M[Z]_p) a b = bit (Nat.eqb a b).
  rewrite mxE /bit. case: (Nat.eqb_spec a b) => [E|E]; case: (altP (a =P b)) => // E'; [|by case: E;
    rewrite E'].
  by case/eqP: E'; apply: val_inj.
apply: cong_trans _ G. apply: cong_sym.
have [SA _] := rank_facts Hfs HRb. have [LA _] := shape_spec SA.
have [SC _] := independent_facts HIb. have [LC _] := shape_spec SC.
have LW : length (matrix_W P c fs) = r by rewrite /matrix_W List.map_length.
have LJ : length (matrix_J P c) = k by rewrite /matrix_J List.map_length.
have NC M (i j : nat) : List.nth i (column M j) 0%Z = List.nth j (List.nth i M nil) 0%Z.
  rewrite /column. have E0 : List.nth j nil 0%Z = 0%Z by case: (j).
  have := List.map_nth (fun x => List.nth j x 0%Z) M nil i. by rewrite E0.
rewrite mxE. apply: congD; rewrite mxE.
- have -> : \sum_t intA fs a t * intW fs t b = \sum_(t < r) (List.nth t (column (c_A c) a) 0%Z * List.nth t
    (column (matrix_W P c fs) b) 0%Z).
    by apply: eq_bigr => t _; rewrite !NC !mxE.
  by apply: dot_mod_sum; [exact: HN|rewrite /column List.map_length|rewrite /column List.map_length].
- have -> : \sum_t intJ^T a t * intC t b = \sum_(t < k) (List.nth t (column (matrix_J P c) a) 0%Z * List.nth t
    (column (c_C c) b) 0%Z).
    by apply: eq_bigr => t _; rewrite !NC !mxE.
  by apply: dot_mod_sum; [exact: HN|rewrite /column List.map_length|rewrite /column List.map_length].
Qed.
Lemma W_gradient h : conserved FA P fz h -> matW fs *m (\col_a pdA (var a) h) = 0.
Proof.
move=> Hh. apply/matrixP => i j. rewrite mxE [RHS]mxE.
have [S Z] := chosen_ok FA P c frozen_length HdimA fs h Hfs Hh _ (List.nth_In fs zero_field (elimT ltP
  (ltn_ord i))).
rewrite act_sum in Z. rewrite -[RHS]Z. apply: eq_bigr => a _. by rewrite !mxE.
Qed.
Lemma W_J : matW fs *m matJ^T = 0.
Proof.
have [HQ _ _ _ _] := complete_facts.
apply/matrixP => i j. rewrite mxE [RHS]mxE.
have Hl : List.In (List.nth j laws nil) laws by apply: List.nth_In; exact/ltP.
have G := W_gradient (law_function_conserved FA P c frozen_length HdimA _ HQ Hl (Hden Hl)).
have /matrixP /(_ i 0) := G. rewrite mxE [RHS]mxE => G'.
transitivity (den FA P c (List.nth j laws nil) * den FA P c (List.nth j laws nil) *
  \sum_a matW fs i a * (\col_a pdA (var a) (law_function FA P c (List.nth j laws nil))) a (0 : 'I_1)).
  rewrite mulr_sumr. apply: eq_bigr => a _.
    rewrite [matJ^T _ _]mxE (matJ_grads Hden) [grads _ _]mxE [(\col_a _) _ _]mxE.
  by rewrite mulrCA.
by rewrite G' mulr0.
Qed.
(* COMPLETENESS: there is a function delta, not 0 at the point, such that delta times the gradient of any
   conserved function h is a combination of the gradients of the laws, with functions as coefficients.  So at
   the point, and wherever delta is not 0, the gradient of h lies in the span of the gradients of the laws. *)
Theorem completeness : exists delta : A, (exists y : K, ev delta * y = 1) /\
  forall h : A, conserved FA P fz h ->
  exists cs : 'I_k -> A, forall a, is_state p a = true ->
    delta * pdA a h = \sum_(i < k) cs i * pdA a (law_function FA P c (List.nth i laws nil)).
Proof.
have [_ _ _ Hrk _] := complete_facts.
have Ep : p = (r + k)%coq_nat by rewrite Hrk.
(* the square matrix [A | J^T] and its determinant, modulo N and over functions *)
pose PA : 'M[A]_(p, r + k) := row_mx (map_mx injA (intA fs)) matJ^T.
pose PZ : 'M[Z]_(p, r + k) := row_mx (intA fs) intJ^T.
pose QZ : 'M[Z]_(r + k, p) := col_mx (intW fs) intC.
have repP i j : rep N (PA i j) (PZ i j).
  rewrite /PA /PZ. case: (splitP j) => t Et.
    have -> : j = lshift k t by apply: val_inj. by rewrite !row_mxEl; exact: rep_injm.
  have -> : j = rshift r t by apply: val_inj. by rewrite !row_mxEr; exact: rep_JT.
have cs' : (r + k)%coq_nat = p by exact: Hrk.
pose PA' : 'M[A]_p := castmx (erefl, cs') PA.
pose PZ' : 'M[Z]_p := castmx (erefl, cs') PZ.
pose QZ' : 'M[Z]_p := castmx (cs', erefl) QZ.
have repP' i j : rep N (PA' i j) (PZ' i j) by rewrite /PA' /PZ' !castmxE; exact: repP.
have PQ : PZ' *m QZ' = intA fs *m intW fs + intJ^T *m intC.
  rewrite /PZ' /QZ' -mul_row_col -/PZ -/QZ. move: PZ QZ {PA PA' repP repP' PZ' QZ'}. case: _ / cs' => U V.
    by rewrite !castmx_id.
have detP : cong N (\det PZ' * \det QZ')%Z 1%Z.
  have := cong_det split_cong. by rewrite -PQ det_mulmx det1.
exists (\det PA' * \det (matWA fs)). split.
  apply: (rep_unit HN (repM (rep_det repP') (rep_detWA Hfs HRb))). by rewrite Z.mul_1_r; exact: detP.
move=> h Hh. pose g : 'cV[A]_p := \col_a pdA (var a) h.
pose X : 'cV[A]_(r + k) := castmx (esym cs', erefl) (\adj PA' *m g).
have PX : PA *m X = \det PA' *: g.
  have -> : PA *m X = PA' *m (\adj PA' *m g).
    rewrite /X /PA'. move: (\adj _ *m g). move: PA {PZ PZ' QZ QZ' X PA' repP repP' PQ detP}.
    case: _ / cs' => U V. by rewrite !castmx_id.
  by rewrite mulmxA mul_mx_adj mul_scalar_mx.
have E : map_mx injA (intA fs) *m usubmx X + matJ^T *m dsubmx X = \det PA' *: g.
  by rewrite -PX /PA -mul_row_col vsubmxK.
have WX : matWA fs *m usubmx X = 0.
  have : matW fs *m (map_mx injA (intA fs) *m usubmx X + matJ^T *m dsubmx X) = 0.
    by rewrite E -scalemxAr (W_gradient Hh) scaler0.
  by rewrite mulmxDr !mulmxA W_J mul0mx addr0.
have X1 : \det (matWA fs) *: usubmx X = 0.
  have : \adj (matWA fs) *m (matWA fs *m usubmx X) = 0 by rewrite WX mulmx0.
  by rewrite mulmxA mul_adj_mx mul_scalar_mx.
have G : (\det PA' * \det (matWA fs)) *: g = matJ^T *m (\det (matWA fs) *: dsubmx X).
  by rewrite mulrC -scalerA -E scalerDr !scalemxAr X1 mulmx0 add0r.
exists (fun i => \det (matWA fs) * dsubmx X i 0 * (den FA P c (List.nth i laws nil) * den FA P c
  (List.nth i laws nil))).
move=> a Sa. have La : (Pos.to_nat a - 1 < p)%nat by apply/ltP; move/Z.leb_le: Sa; lia.
have Ea : a = var (Ordinal La) by rewrite /var /=; lia.
have /matrixP /(_ (Ordinal La) 0) := G. rewrite [LHS]mxE [g _ _]mxE -Ea => ->.
rewrite mxE. apply: eq_bigr => i _.
have -> : matJ^T (Ordinal La) i = matJ i (Ordinal La) by rewrite mxE.
have -> : (\det (matWA fs) *: dsubmx X) i 0 = \det (matWA fs) * dsubmx X i 0 by rewrite mxE.
rewrite (matJ_grads Hden). have -> : grads i (Ordinal La) = pdA a (law_function FA P c
  (List.nth i laws nil)) by rewrite mxE -Ea.
by rewrite mulrC mulrA.
Qed.
End Both.
End Certificate.
End Main.

(* ------------------------------------------------------------------ the same, packed
   `near P c`: functions near the point of the certificate (smooth germs, rational functions defined there,
   ...): a commutative ring that contains the rationals, with coordinates, commuting partial derivatives, a
   value at the point, and in which the denominators of the laws are invertible. *)
Record near (P : problem) (c : cert) := Near {
  n_fun : comRingType; n_num : comRingType;
  n_quot : n_fun -> n_fun -> n_fun;
  n_quot_ok : forall x y : n_fun, @Model.unit (cring_of n_fun) y -> y * n_quot x y = x;
  n_fun_q : forall p, @Model.unit (cring_of n_fun) (phi (cring_of n_fun) (Zpos p));
  n_num_q : forall p, @Model.unit (cring_of n_num) (phi (cring_of n_num) (Zpos p));
  n_theta : positive -> n_fun;
  n_pd : positive -> n_fun -> n_fun;
  n_pd_add : forall a x y, n_pd a (x + y) = n_pd a x + n_pd a y;
  n_pd_mul : forall a x y, n_pd a (x * y) = n_pd a x * y + x * n_pd a y;
  n_pd_comm : forall a b x, n_pd a (n_pd b x) = n_pd b (n_pd a x);
  n_pd_theta : forall a b, is_state (p_dim P) a = true -> is_state (p_dim P) b = true ->
    n_pd a (n_theta b) = if Pos.eqb b a then 1 else 0;
  n_value : {rmorphism n_fun -> n_num};
  n_point : forall i, (i < p_dim P)%coq_nat -> forall t, List.nth_error (c_point c) i = Some t ->
    phi (cring_of n_num) (Zpos t.1.2) * n_value (n_theta (var i)) = phi (cring_of n_num) t.1.1 }.
Arguments n_pd {P c}. Arguments n_value {P c}.
Definition functions_of P c (A : near P c) : dring :=
  FA (@n_quot_ok _ _ A) (@n_fun_q _ _ A) (@n_pd_add _ _ A) (@n_pd_mul _ _ A) (@n_pd_comm _ _ A)
    (@n_pd_theta _ _ A).
Definition complete_near P c (A : near P c) : Prop :=
  (forall l, List.In l (c_laws c) -> @Model.unit (cring_of (n_fun A)) (den (functions_of A) P c l)) ->
  exists delta : n_fun A, (exists y, n_value A delta * y = 1) /\
  forall h : n_fun A, conserved (functions_of A) P (constants (functions_of A) P
    (frozen_values P c) no_table) h ->
  exists cs : 'I_(length (c_laws c)) -> n_fun A, forall a, is_state (p_dim P) a = true ->
    delta * n_pd A a h = \sum_(i < length (c_laws c))
      cs i * n_pd A a (law_function (functions_of A) P c (List.nth i (c_laws c) nil)).
Theorem near_complete P c (A : near P c) : check_complete P c = true -> complete_near A.
Proof.
move=> HC Hden.
have HB : check_basics P c = true.
  have := HC. rewrite /check_complete. by move/andP => [/andP [/andP [_ ->] _] _].
case E: (chosen_fields P c) => [fs|]; last first.
  have := HC. by rewrite /check_complete E => /andP [].
exact: (completeness (@n_num_q _ _ A) (@n_point _ _ A) (Nat.le_refl _) HB E Hden HC).
Qed.
